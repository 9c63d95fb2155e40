//! PAdES: document time stamps and the security store (ETSI EN 319 142-1 §5.4).

use std::io::Cursor;

use kabinet_pki::tsp::MessageImprint;
use kabinet_signature::pdf::{DEFAULT_ROOM, add_evidence, prepare_time_stamp};
use kabinet_signature::{Digest, Form, Report};

use super::{Upgrade, digest_of, lacks_stamp};
use crate::AppError;
use crate::upgrade::LevelError;
use crate::view::SignatureLevel;

pub(super) fn raise(
    upgrade: &mut Upgrade<'_>,
    file: Vec<u8>,
    to: SignatureLevel,
) -> Result<Vec<u8>, AppError> {
    let mut file = file;
    let mut report = upgrade.judge(&mut Cursor::new(&file), None)?;
    let of_persons = report.signatures.iter().filter(|one| one.form != Form::TimeStamp);
    upgrade.done.signers = of_persons.count();
    if to >= SignatureLevel::Timestamped && report.signatures.iter().any(lacks_stamp) {
        file = time_stamp(upgrade, &file, &report)?;
        report = upgrade.judge(&mut Cursor::new(&file), None)?;
    }
    if to >= SignatureLevel::LongTerm {
        upgrade.gather(&report)?;
        file = add_evidence(&file, &upgrade.material(&report), upgrade.at)?;
    }
    if to >= SignatureLevel::Archive {
        file = time_stamp(upgrade, &file, &report)?;
    }
    Ok(file)
}

/// One stamp covers the whole file, so all its signatures.
fn time_stamp(upgrade: &mut Upgrade<'_>, file: &[u8], report: &Report) -> Result<Vec<u8>, AppError> {
    let prepared = prepare_time_stamp(file, DEFAULT_ROOM)?;
    let digest = report
        .signatures
        .iter()
        .find(|one| one.form != Form::TimeStamp)
        .map(digest_of);
    let digest = digest.ok_or(LevelError::MaterialMissing)?;
    let Digest { algorithm, value } = prepared.digest(digest);
    let token = upgrade.stamp(&MessageImprint::new(algorithm, value))?;
    Ok(prepared.embed(&token)?)
}
