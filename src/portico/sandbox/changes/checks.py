"""What is said of commits: statuses, checks, workflow runs."""

from __future__ import annotations

from portico.sandbox.bodies import actions as action_bodies
from portico.sandbox.bodies import checks as check_bodies
from portico.sandbox.changes.telling import Telling
from portico.sandbox.checks import CheckRun, CheckSuite, Status, WorkflowRun
from portico.sandbox.model import Repository


class CheckChanges(Telling):
    """What happens to the verdicts on a commit. `ref` is a branch, a tag or a commit's id."""

    __slots__ = ()

    def set_status(
        self,
        repository: Repository | str,
        ref: str,
        *,
        state: str = "success",
        context: str = "default",
        description: str | None = None,
        login: str | None = None,
    ) -> Status:
        """Say something about a commit in the older way; `status` tells of it."""
        with self.lock:
            repo, sha = self._commit(repository, ref)
            creator, now = self.actor(repo, login), self.clock()
            made = Status(self.next_id(), sha, state, context, creator, now, description)
            repo.checks.statuses.append(made)
            body = check_bodies.status_event(made, repo, self.outsider)
            self.tell("status", repo, creator, **body)
            return made

    def start_check(
        self, repository: Repository | str, ref: str, *, name: str = "test"
    ) -> CheckRun:
        """Begin a check of a commit; `check_run` tells of it."""
        with self.lock:
            repo, sha = self._commit(repository, ref)
            suite = self._suite(repo, sha)
            run = CheckRun(self.next_id(), name, self.clock())
            suite.runs.append(run)
            suite.updated_at = self.clock()
            self._tell_run(repo, suite, run, "created")
            return run

    def complete_check(
        self,
        repository: Repository | str,
        ref: str,
        *,
        name: str = "test",
        conclusion: str = "success",
    ) -> CheckRun:
        """End a check, beginning it first if need be; the last of a commit ends its suite.

        `check_run` tells of the one, `check_suite` of the other.
        """
        with self.lock:
            repo, sha = self._commit(repository, ref)
            suite = self._suite(repo, sha)
            run = suite.run(name)
            if run is None or run.conclusion:
                run = self.start_check(repo, sha, name=name)
            self._complete(repo, suite, run, conclusion)
            return run

    def start_workflow(
        self, repository: Repository | str, ref: str, *, name: str = "CI"
    ) -> WorkflowRun:
        """Begin a workflow's run on a commit: a check of that name, and `workflow_run`."""
        with self.lock:
            repo, sha = self._commit(repository, ref)
            now = self.clock()
            check = self.start_check(repo, sha, name=name)
            suite = self._suite(repo, sha)
            number = 1 + sum(each.name == name for each in repo.checks.workflow_runs)
            run = WorkflowRun(
                self.next_id(), check.id, number, name, suite, self.actor(repo), now, now
            )
            repo.checks.workflow_runs.append(run)
            self._tell_workflow(repo, run, "requested")
            self._tell_workflow(repo, run, "in_progress")
            return run

    def complete_workflow(
        self,
        repository: Repository | str,
        ref: str,
        *,
        name: str = "CI",
        conclusion: str = "success",
    ) -> WorkflowRun:
        """End a workflow's run, beginning it first if need be: its check, job and run end."""
        with self.lock:
            repo, sha = self._commit(repository, ref)
            found = [
                run
                for run in repo.checks.workflow_runs
                if (run.name, run.suite.head_sha) == (name, sha) and not run.conclusion
            ]
            run = found[-1] if found else self.start_workflow(repo, sha, name=name)
            check = next(each for each in run.suite.runs if each.id == run.job_id)
            run.conclusion, run.updated_at = conclusion, self.clock()
            self._complete(repo, run.suite, check, conclusion)
            job = action_bodies.job(run, check, repo, self.outsider)
            self.tell("workflow_job", repo, run.actor, action="completed", workflow_job=job)
            self._tell_workflow(repo, run, "completed")
            return run

    def _commit(self, repository: Repository | str, ref: str) -> tuple[Repository, str]:
        repo = self.find(repository)
        sha = repo.history.resolve(ref)
        if sha is None:
            raise KeyError(f"no commit found for {ref}")
        return repo, sha

    def _suite(self, repo: Repository, sha: str) -> CheckSuite:
        """Return the commit's suite, a new one if there is none."""
        found = repo.checks.suites_of(sha)
        if found:
            return found[-1]
        branches = (name for name, at in repo.history.branches.items() if at == sha)
        now = self.clock()
        suite = CheckSuite(self.next_id(), sha, next(branches, repo.default_branch), now, now)
        repo.checks.suites.append(suite)
        return suite

    def _complete(
        self, repo: Repository, suite: CheckSuite, run: CheckRun, conclusion: str
    ) -> None:
        run.conclusion, run.completed_at = conclusion, self.clock()
        suite.updated_at = self.clock()
        self._tell_run(repo, suite, run, "completed")
        if suite.is_complete:
            told = check_bodies.suite(suite, repo, self.outsider)
            actor = self.actor(repo)
            del told["repository"]  # which deliveries have beside it
            self.tell("check_suite", repo, actor, action="completed", check_suite=told)

    def _tell_run(self, repo: Repository, suite: CheckSuite, run: CheckRun, action: str) -> None:
        told = check_bodies.run_event(run, suite, repo, self.outsider)
        self.tell("check_run", repo, self.actor(repo), action=action, check_run=told)

    def _tell_workflow(self, repo: Repository, run: WorkflowRun, action: str) -> None:
        view = self.outsider
        self.tell(
            "workflow_run",
            repo,
            run.actor,
            action=action,
            workflow_run={
                **action_bodies.workflow_run(run, repo, view),
                **({"status": "queued"} if action == "requested" else {}),
            },
            workflow=action_bodies.workflow(run, repo, view),
        )
