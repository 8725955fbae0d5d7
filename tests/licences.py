#!/usr/bin/env python3
"""Holds every crate of the lock file to the licences that deny.toml allows, and to the public registry alone.

Usage: cargo metadata --format-version 1 --locked [--filter-platform ...] | licences.py deny.toml
"""
import json, re, sys

def main(rules):
    with open(rules, encoding="utf-8") as file:
        text = file.read()
    block = re.search(r"^allow = \[(.*?)\]", text, re.M | re.S)
    allowed = set(re.findall(r'"([^"]+)"', block.group(1)))
    # { crate = "NAME", allow = ["LICENCE"] }: for that crate alone.
    excepted = re.findall(r'^  \{ crate = "([^"]+)", allow = \["([^"]+)"\] \},', text, re.M)
    faults, crates = [], json.load(sys.stdin)["packages"]
    for crate in crates:
        name = "%s %s" % (crate["name"], crate["version"])
        source = crate["source"]
        if source is not None and not source.startswith("registry+"):
            faults.append("%s comes from %s" % (name, source))
        # "MIT OR Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "MIT/Apache-2.0"
        licence = (crate["license"] or "none").replace("/", " OR ")
        every = [part.strip(" ()") for part in licence.split(" AND ")]
        own = allowed | {one for which, one in excepted if which == crate["name"]}
        if not all(any(one.strip(" ()") in own for one in part.split(" OR ")) for part in every):
            faults.append("%s has the licence %s" % (name, crate["license"]))
    if faults:
        sys.exit("not allowed by %s:\n  %s" % (rules, "\n  ".join(faults)))
    print("%d crates have licences that we allow" % len(crates))

if __name__ == "__main__":
    main(*sys.argv[1:])
