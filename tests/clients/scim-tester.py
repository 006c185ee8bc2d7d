"""scim2-tester, by those of python-scim, against a running edge: `scim-tester.py BASE`, with the key in SCIM_KEY.

Says each check that came out otherwise than well, and how many there were. Checks that were left out count as such: what
the server describes decides which there are.
"""

import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

GOOD = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}

with Client(base_url=sys.argv[1], headers={"Authorization": f"Bearer {os.environ['SCIM_KEY']}"}, timeout=60) as http:
    results = check_server(SyncSCIMClient(http))

bad = [result for result in results if result.status not in GOOD]
for result in bad:
    print(f"{result.status.name} {result.title}: {result.reason} {result.data if result.data is not None else ''}")
print(f"{len(results) - len(bad)} of {len(results)} checks passed")
sys.exit(1 if bad or not results else 0)
