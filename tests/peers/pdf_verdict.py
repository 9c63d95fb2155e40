"""What pyHanko says about the signatures of PDF files, as JSON: integrity and changes, not trust.

pdf_verdict.py FILE…: {"file": null if it cannot be read, else [{"field", "coverage", "changes", "docmdp_ok", "intact"}]}
"""

import json
import logging
import sys
import warnings

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.validation.generic_cms import validate_sig_integrity


def verdict(signature):
    signature.compute_integrity_info()
    difference = signature.diff_result
    answer = {
        "field": signature.field_name,
        "coverage": signature.coverage.name,
        "changes": difference.modification_level.name
        if isinstance(difference, DiffResult)
        else "SUSPICIOUS",
        "docmdp_ok": signature.summarise_integrity_info()["docmdp_ok"],
    }
    # A document time stamp is intact when its imprint is that of the ranges.
    if signature.sig_object_type == "/DocTimeStamp":
        info = signature.signed_data["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        digest = signature.compute_digest(imprint["hash_algorithm"]["algorithm"].native)
        answer["intact"] = imprint["hashed_message"].native == digest
        return answer
    intact, valid = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="data",
        actual_digest=signature.compute_digest(),
    )
    answer["intact"] = intact and valid
    return answer


def verdicts(path):
    try:
        with open(path, "rb") as file:
            reader = PdfFileReader(file, strict=False)
            return [verdict(signature) for signature in reader.embedded_signatures]
    except Exception:  # noqa: BLE001 - whatever it is, there is no verdict
        return None


warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
json.dump({path: verdicts(path) for path in sys.argv[1:]}, sys.stdout)
