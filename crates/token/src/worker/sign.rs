//! One login, any number of signatures, logout.

use cryptoki_sys as ck;

use super::login::Login;
use super::{objects, scan};
use crate::error::TokenError;
use crate::ffi::{Access, AttributeType, Library, MechanismType, ObjectHandle, Session, SlotId};
use crate::model::SignJob;
use crate::protocol::Answer;
use crate::secret::Pin;

/// Rutoken: the key's owner confirms each signature, on the screen of the reader or with a finger on the token. The numbers
/// belong to the vendor and mean other things elsewhere.
const CONFIRMED_ON_DEVICE: [ck::CK_ATTRIBUTE_TYPE; 2] = [0x8000_2001, 0x8000_2003];
const THEIR_VENDOR: &str = "Aktiv";

/// Everything that can be refused is refused before the PIN reaches the token. Signatures are reported one by one.
pub(super) fn sign(
    library: &Library,
    job: &SignJob,
    pin: Option<Pin>,
    report: &mut dyn FnMut(Answer),
) -> Result<(), TokenError> {
    if !job.inputs.iter().all(|input| job.mechanism.accepts(input)) {
        return Err(TokenError::InputUnsuitable);
    }
    let (slot, session, certificate) = find(library, job)?;
    let fits = certificate
        .public_key
        .as_ref()
        .is_some_and(|key| key.mechanism == job.mechanism);
    let offered = library.mechanisms(slot)?;
    if !fits || !offered.contains(&MechanismType(job.mechanism.mechanism_type())) {
        return Err(TokenError::MechanismUnsupported);
    }
    let mut login = Login::new(library, slot, &session, pin);
    let logged_in = login.user(job.final_try_confirmed, report)?;
    let vendor = library.token(slot)?.manufacturer;
    let signed = sign_inputs(job, &certificate, &mut login, &vendor, report);
    if logged_in {
        // The session closes next, which logs out as well.
        let _ = session.logout();
    }
    signed
}

/// The slot that holds the chosen certificate among those whose token has the right serial number and model.
fn find<'module>(
    library: &'module Library,
    job: &SignJob,
) -> Result<(SlotId, Session<'module>, objects::CertificateObject), TokenError> {
    let mut outcome = TokenError::TokenNotFound;
    for slot in library.slots_with_token()? {
        let Ok(description) = library.token(slot) else {
            continue;
        };
        if scan::address(&job.token.module, &description) != job.token {
            continue;
        }
        let session = library.open_session(slot, Access::Read)?;
        let mut certificates = objects::certificates(&session)?.into_iter();
        match certificates.find(|certificate| scan::fingerprint(&certificate.der) == job.certificate) {
            Some(certificate) => return Ok((slot, session, certificate)),
            None => outcome = TokenError::CertificateNotFound,
        }
    }
    Err(outcome)
}

fn sign_inputs(
    job: &SignJob,
    certificate: &objects::CertificateObject,
    login: &mut Login<'_>,
    vendor: &str,
    report: &mut dyn FnMut(Answer),
) -> Result<(), TokenError> {
    let session = login.session();
    let key: ObjectHandle = objects::private_key(session, certificate)?.ok_or(TokenError::KeyNotFound)?;
    let every_time = session.flag(key, AttributeType(ck::CKA_ALWAYS_AUTHENTICATE))?;
    if !every_time {
        login.forget();
    }
    let mut confirmed_on_device = false;
    if vendor.starts_with(THEIR_VENDOR) {
        for kind in CONFIRMED_ON_DEVICE {
            confirmed_on_device |= session.flag(key, AttributeType(kind))?;
        }
    }
    for (index, input) in job.inputs.iter().enumerate() {
        session.sign_init(MechanismType(job.mechanism.mechanism_type()), key)?;
        if every_time {
            login.once_more(report)?;
        }
        if confirmed_on_device {
            report(Answer::AwaitingDevice);
        }
        let signature = session.sign(input).map_err(|failure| login.judge(failure))?;
        report(Answer::Signed { index, signature });
    }
    Ok(())
}
