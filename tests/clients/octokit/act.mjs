// Octokit's actions against the API at a given address, for tests/clients/with_octokit.py.
//
// Reads a line {"url": …, "token": …, "action": "repository", "args": {…}} for each, and writes a line
// {"value": …}, or {"failed": {status, message, limit}} where `limit` is what the throttling plugin
// took the answer for: "primary", "secondary" or null. It never tries again here.

import { createInterface } from "node:readline";

import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";

const actions = {
  user: async (octokit, { login }) =>
    (await octokit.rest.users.getByUsername({ username: login })).data.name,

  repository: async (octokit, { owner, repo }) =>
    (await octokit.rest.repos.get({ owner, repo })).data.full_name,

  repositories: (octokit, { login, per_page }) =>
    octokit.paginate(octokit.rest.repos.listForUser, { username: login, per_page }, (page) =>
      page.data.map((repository) => repository.full_name),
    ),

  search: async (octokit, { query }) =>
    (await octokit.rest.search.repos({ q: query })).data.items.map((found) => found.full_name),

  openIssue: async (octokit, { owner, repo, title }) =>
    (await octokit.rest.issues.create({ owner, repo, title })).data.number,

  issue: async (octokit, { owner, repo, number }) =>
    (await octokit.rest.issues.get({ owner, repo, issue_number: number })).data.title,

  issues: async (octokit, { owner, repo }) =>
    (await octokit.rest.issues.listForRepo({ owner, repo })).data.map((issue) => issue.title),

  get: async (octokit, { path }) => (await octokit.request(`GET ${path}`)).data,

  // Pages one after the other, each asked for only when the loop wants it.
  firstPages: async (octokit, { login, pages }) => {
    const sizes = [];
    const list = octokit.rest.repos.listForUser;
    for await (const page of octokit.paginate.iterator(list, { username: login })) {
      sizes.push(page.data.length);
      if (sizes.length === pages) break;
    }
    return sizes;
  },

  // Asks twice, the second time with the validator of the first answer.
  twice: async (octokit, { owner, repo }) => {
    const { headers } = await octokit.rest.repos.get({ owner, repo });
    const known = { "if-none-match": headers.etag };
    return octokit.rest.repos.get({ owner, repo, headers: known }).then(
      (answer) => answer.status,
      (error) => error.status,
    );
  },

  raw: async (octokit, { owner, repo, path }) => {
    const mediaType = { format: "raw" };
    return (await octokit.rest.repos.getContent({ owner, repo, path, mediaType })).data;
  },
};

async function perform({ url, token, action, args }, id) {
  let limit = null;
  const octokit = new (Octokit.plugin(throttling))({
    auth: token,
    baseUrl: url,
    request: { log: { warn() {} } }, // of every answer that announces the end of an API version
    throttle: {
      id, // else all clients of this process share one queue
      onRateLimit: () => void (limit = "primary"),
      onSecondaryRateLimit: () => void (limit = "secondary"),
    },
  });
  try {
    return { value: await actions[action](octokit, args) };
  } catch ({ status, message }) {
    return { failed: { status, message, limit } };
  }
}

let asked = 0;
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await perform(JSON.parse(line), `client-${++asked}`)));
}
