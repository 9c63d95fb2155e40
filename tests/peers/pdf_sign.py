"""Signs a PDF file with pyHanko in every way the tests need, in the folder of a test authority.

Reads in.pdf, leaf.{crt,key}, tsa.{crt,key}, ca.crt, ca.crl; writes b.pdf, t.pdf, lt.pdf, lta.pdf, certified.pdf, twice.pdf,
adobe.pdf.
"""

import sys

from asn1crypto import pem
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

folder = sys.argv[1]


def path(name):
    return f"{folder}/{name}"


ca = load_cert_from_pemder(path("ca.crt"))
store = SimpleCertificateStore()
store.register(ca)
signer = signers.SimpleSigner.load(path("leaf.key"), path("leaf.crt"), other_certs=[ca])
stamper = timestamps.DummyTimeStamper(
    tsa_cert=load_cert_from_pemder(path("tsa.crt")),
    tsa_key=load_private_key_from_pemder(path("tsa.key"), passphrase=None),
    certs_to_embed=store,
)
with open(path("ca.crl"), "rb") as file:
    crl = pem.unarmor(file.read())[2]


def context():
    return ValidationContext(trust_roots=[ca], crls=[crl], allow_fetching=False)


def sign(source, target, name, stamped=False, subfilter=fields.SigSeedSubFilter.PADES, **options):
    with open(path(source), "rb") as file:
        writer = IncrementalPdfFileWriter(file, strict=False)
        metadata = signers.PdfSignatureMetadata(field_name=name, subfilter=subfilter, **options)
        with open(path(target), "wb") as out:
            signers.PdfSigner(
                metadata, signer, timestamper=stamper if stamped else None
            ).sign_pdf(writer, output=out)


long_term = {"stamped": True, "embed_validation_info": True}
sign("in.pdf", "b.pdf", "One")
sign("in.pdf", "t.pdf", "One", stamped=True)
sign("in.pdf", "lt.pdf", "One", validation_context=context(), **long_term)
sign("in.pdf", "lta.pdf", "One", validation_context=context(), use_pades_lta=True, **long_term)
sign("in.pdf", "certified.pdf", "One", certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS)
sign("certified.pdf", "twice.pdf", "Two")
sign(
    "in.pdf",
    "adobe.pdf",
    "One",
    subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
    validation_context=context(),
    **long_term,
)
