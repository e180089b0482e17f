"""How gunicorn runs us, in production, in the demo and in the benchmarks alike.

    gunicorn -c python:rsc.gunicorn rsc.wsgi

What is said on the command line counts more than what stands here.
"""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # one for each processor
threads = 4
preload_app = True  # what is loaded once is shared by all workers
limit_request_line = 0  # no limit: keys of a hundred candidates travel in the address
control_socket_disable = True
