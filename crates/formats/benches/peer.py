"""lxml (libxml2) on the same file: a line `parse|validate|write N` on standard input, nanoseconds of N rounds back."""

import sys
import time

from lxml import etree

name, schema = sys.argv[1:]
octets = open(name, "rb").read()
schema = etree.XMLSchema(etree.parse(schema))
parser = etree.XMLParser(resolve_entities=False, no_network=True)
tree = etree.fromstring(octets, parser)


def parse():
    etree.fromstring(octets, parser)


def validate():
    assert schema.validate(etree.fromstring(octets, parser))


def write():
    etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


for line in sys.stdin:
    what, rounds = line.split()
    work = {"parse": parse, "validate": validate, "write": write}[what]
    begin = time.perf_counter_ns()
    for _ in range(int(rounds)):
        work()
    print(time.perf_counter_ns() - begin, flush=True)
