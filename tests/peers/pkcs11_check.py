"""pkcs11-check against the software token: what fails must be in the list, and what is in the list must fail.

pkcs11_check.py MODULE OUT [CATEGORY…], with P11TEST_PIN and P11TEST_SO_PIN in the environment, by the Python that
pkcs11-check is installed for (3.12 or newer). Ends with 1 if a category does not give what the list says.
"""

import json
import pathlib
import re
import subprocess
import sys
import time

# Those that do not need what no token of ours has: secret keys to encrypt with.
CATEGORIES = ["interface", "slot", "object", "errors", "sign", "digest", "async", "concurrency"]
LIST = pathlib.Path(__file__).with_name("pkcs11-check-allowed.txt")
COUNTS = ["passed", "failed", "skipped", "xfailed", "crashed", "timeout"]


def allowed():
    """Tests that may fail, by category: lines of a category, a test and the reason."""
    found = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            category, test, _reason = line.split(maxsplit=2)
            found.setdefault(category, set()).add(test)
    return found


def run(module, category, out):
    """Counts of a category, and the tests that failed or took their process down."""
    results = out / f"{category}.json"
    program = [sys.executable, "-m", "pkcs11_check"]
    log = out / f"{category}.log"
    with log.open("w", encoding="utf-8") as output:
        subprocess.run(
            [*program, "test", "-m", module, "-c", category, "--skip-slow", "-o", "json", "--output-file", results],
            stdout=output, stderr=subprocess.STDOUT, cwd=out, check=False,
        )
    report = json.loads(results.read_text(encoding="utf-8"))
    failed = set()
    for unit in report["units"]:
        name = unit["target"].rsplit("testcases/", 1)[-1]
        tests = re.findall(r"^(?:FAILED|ERROR) \S*testcases/(\S+)", unit.get("stdout", ""), re.M)
        if unit["status"] != "passed":
            failed.update(tests or [name])
    return {name: report["summary"].get(name, 0) for name in COUNTS}, failed


def main():
    module, out, *categories = sys.argv[1:]
    out = pathlib.Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    may_fail = allowed()
    good = True
    for category in categories or CATEGORIES:
        start = time.monotonic()
        counts, failed = run(pathlib.Path(module).resolve(), category, out)
        wanted = may_fail.get(category, set())
        figures = ", ".join(f"{name} {count}" for name, count in counts.items())
        verdict = "ПРОЙДЕНО" if failed == wanted else "ПРОВАЛ"
        print(f"{verdict}  {category}: {figures}, {time.monotonic() - start:.0f} с", flush=True)
        for test in sorted(failed - wanted):
            print(f"  не прошёл, а должен: {test}")
        for test in sorted(wanted - failed):
            print(f"  прошёл, уберите из списка: {test}")
        good &= failed == wanted
    sys.exit(0 if good else 1)


main()
