//! CAdES: T, X Long Type 1, LT, LTA, for files of any size.

use std::io::{Seek as _, Write};
use std::path::Path;

use kabinet_pki::tsp::MessageImprint;
use kabinet_signature::{CadesFile, Level, Report, Source};

use super::Upgrade;
use crate::AppError;
use crate::upgrade::LevelError;
use crate::view::SignatureLevel;

pub(super) fn raise(
    upgrade: &mut Upgrade<'_>,
    source: &mut dyn Source,
    content: Option<&Path>,
    to: SignatureLevel,
    out: &mut dyn Write,
) -> Result<(), AppError> {
    let mut file = CadesFile::read(source)?;
    if to >= SignatureLevel::Timestamped {
        time_stamp(upgrade, &mut file)?;
    }
    if to <= SignatureLevel::Timestamped {
        upgrade.done.signers = file.signer_count();
        return Ok(file.write(source, out)?);
    }
    // Judged with the new stamps, so that their authorities are looked after as well; and read back, since the order of
    // signers, a set, depends on what they carry.
    let mut stamped = tempfile::tempfile()?;
    file.write(source, &mut stamped)?;
    let mut file = CadesFile::read(&mut stamped)?;
    let report = upgrade.judge(&mut stamped, content)?;
    upgrade.gather(&report)?;
    if to == SignatureLevel::ExtendedLong {
        extended_long(upgrade, &mut file, &report)?;
    } else {
        file.add_values(&upgrade.material(&report));
    }
    upgrade.done.signers = file.signer_count();
    if to <= SignatureLevel::LongTerm {
        return Ok(file.write(&mut stamped, out)?);
    }
    let mut complete = tempfile::tempfile()?;
    file.write(&mut stamped, &mut complete)?;
    let mut file = CadesFile::read(&mut complete)?;
    let report = upgrade.judge(&mut complete, content)?;
    archive(upgrade, &mut file, &report)?;
    complete.rewind()?;
    Ok(file.write(&mut complete, out)?)
}

fn is_left(upgrade: &Upgrade<'_>, file: &CadesFile, signer: usize) -> Result<bool, AppError> {
    Ok(upgrade.others.contains(&file.signature_value(signer)?))
}

fn time_stamp(upgrade: &mut Upgrade<'_>, file: &mut CadesFile) -> Result<(), AppError> {
    for signer in 0..file.signer_count() {
        if is_left(upgrade, file, signer)? || file.is_time_stamped(signer)? {
            continue;
        }
        let digest = file.digest_algorithm(signer)?;
        let token = upgrade.stamp(&MessageImprint::of(digest, &file.signature_value(signer)?))?;
        file.add_time_stamp(signer, &token)?;
    }
    Ok(())
}

fn extended_long(upgrade: &mut Upgrade<'_>, file: &mut CadesFile, report: &Report) -> Result<(), AppError> {
    let material = upgrade.material(report);
    for (signer, signature) in report.signatures.iter().enumerate() {
        if is_left(upgrade, file, signer)? || signature.level >= Level::ExtendedLong {
            continue;
        }
        let certificate = signature
            .certificate
            .as_ref()
            .ok_or(LevelError::MaterialMissing)?;
        let chain = upgrade.chain(certificate).0;
        file.add_references(signer, &chain, &material)?;
        let digest = file.digest_algorithm(signer)?;
        let token = upgrade.stamp(&MessageImprint::of(digest, &file.octets_of_references(signer)?))?;
        file.add_reference_time_stamp(signer, &token)?;
    }
    Ok(())
}

fn archive(upgrade: &mut Upgrade<'_>, file: &mut CadesFile, report: &Report) -> Result<(), AppError> {
    for (signer, signature) in report.signatures.iter().enumerate() {
        if is_left(upgrade, file, signer)? {
            continue;
        }
        if signature.level < Level::Timestamped {
            return Err(LevelError::MaterialMissing.into());
        }
        let (algorithm, digest) = signature
            .parts
            .first()
            .and_then(|part| part.digest.clone())
            .ok_or(LevelError::MaterialMissing)?;
        let request = file.archive_request(signer, algorithm, &digest)?;
        let token = upgrade.stamp(&MessageImprint::of(algorithm, &request.octets))?;
        file.add_archive_time_stamp(signer, &request, &token)?;
    }
    Ok(())
}
