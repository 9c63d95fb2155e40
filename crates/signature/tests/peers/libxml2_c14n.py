"""Canonical forms by libxml2, called directly: reads jobs as JSON, one a line, and prints each form as JSON.

A job has: document (Base64), nodes (an XPath expression that selects every node of the set, or null for the whole
document), namespaces (prefix to name, for the expression), mode (0 inclusive 1.0, 1 exclusive, 2 inclusive 1.1),
prefixes (PrefixList), comments. The answer is Base64, or null where libxml2 refuses.
"""

import base64
import ctypes
import json
import sys

lib = ctypes.CDLL("libxml2.so.2")
pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int


def function(name, result, *arguments):
    found = getattr(lib, name)
    found.restype, found.argtypes = result, arguments
    return found


read_memory = function("xmlReadMemory", pointer, text, number, text, text, number)
free_document = function("xmlFreeDoc", None, pointer)
new_context = function("xmlXPathNewContext", pointer, pointer)
free_context = function("xmlXPathFreeContext", None, pointer)
register = function("xmlXPathRegisterNs", number, pointer, text, text)
evaluate = function("xmlXPathEval", pointer, text, pointer)
free_object = function("xmlXPathFreeObject", None, pointer)
dump = function(
    "xmlC14NDocDumpMemory", number, pointer, pointer, number, ctypes.POINTER(text), number, ctypes.POINTER(pointer)
)
free = ctypes.CFUNCTYPE(None, pointer).in_dll(lib, "xmlFree")
quiet = ctypes.CFUNCTYPE(None, pointer, text)(lambda *_: None)
function("xmlSetGenericErrorFunc", None, pointer, pointer)(None, ctypes.cast(quiet, pointer))

NO_ERROR, NO_WARNING, NO_NET = 1 << 5, 1 << 6, 1 << 11


class Object(ctypes.Structure):
    _fields_ = [("type", number), ("nodes", pointer)]


def canonical(job):
    octets = base64.b64decode(job["document"])
    document = read_memory(octets, len(octets), b"", None, NO_ERROR | NO_WARNING | NO_NET)
    if not document:
        return None
    context = new_context(document)
    for prefix, name in job["namespaces"].items():
        register(context, prefix.encode(), name.encode())
    selected = evaluate(job["nodes"].encode(), context) if job["nodes"] else None
    nodes = Object.from_address(selected).nodes if selected else None
    listed = (text * (len(job["prefixes"]) + 1))(*[one.encode() for one in job["prefixes"]], None)
    out = pointer()
    length = dump(document, nodes, job["mode"], listed, int(job["comments"]), ctypes.byref(out))
    form = ctypes.string_at(out, length) if length >= 0 else None
    if out:
        free(out)
    if selected:
        free_object(selected)
    free_context(context)
    free_document(document)
    return form


for line in sys.stdin:
    form = canonical(json.loads(line))
    print("null" if form is None else json.dumps(base64.b64encode(form).decode()))
