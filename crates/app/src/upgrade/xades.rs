//! XAdES: T and LT (ETSI EN 319 132-1 §5.3, §5.4).

use std::io::Cursor;
use std::path::Path;

use kabinet_pki::tsp::MessageImprint;
use kabinet_signature::xml::{add_time_stamp, add_values, stamped_octets};

use super::{Upgrade, digest_of, lacks_stamp};
use crate::AppError;
use crate::view::SignatureLevel;

pub(super) fn raise(
    upgrade: &mut Upgrade<'_>,
    document: Vec<u8>,
    content: Option<&Path>,
    to: SignatureLevel,
) -> Result<Vec<u8>, AppError> {
    let mut document = document;
    let mut report = upgrade.judge(&mut Cursor::new(&document), content)?;
    let count = report.signatures.len();
    upgrade.done.signers = count;
    if to >= SignatureLevel::Timestamped {
        for number in 0..count {
            if lacks_stamp(&report.signatures[number]) {
                let digest = digest_of(&report.signatures[number]);
                let octets = stamped_octets(&document, number)?;
                let token = upgrade.stamp(&MessageImprint::of(digest, &octets))?;
                document = add_time_stamp(&document, number, &token)?;
            }
        }
        report = upgrade.judge(&mut Cursor::new(&document), content)?;
    }
    if to >= SignatureLevel::LongTerm {
        upgrade.gather(&report)?;
        let material = upgrade.material(&report);
        for number in 0..count {
            document = add_values(&document, number, &material)?;
        }
    }
    Ok(document)
}
