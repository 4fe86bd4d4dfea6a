"""What Portico costs and saves, measured beside yardsticks on the machine at hand.

`hit_miss` measures Portico's own paths beside a bare ASGI application on the same server;
`migration` measures the road from Flask to FastAPI one change at a time; `harness` is what both
are built from. Rules: loopback only, bounded in count and in time, interleaved rounds, and every
figure beside its noise. Run them by `make bench` and `make bench-migration`.
"""
