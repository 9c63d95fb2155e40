//! Digests, signatures and their checks.
//!
//! An operation is taken out of its session when it is used, so that every error ends it; only a question
//! about the size and a buffer that is too small put it back.

use cryptoki_sys as ck;

use super::{
    entries,
    memory::{self, Room},
};
use crate::{
    Profile, faults,
    key::CONFIRM_BY_TOUCH,
    mechanism::Mechanism,
    module::{self, Module},
    object::{key_kind, signature_octets},
    operation::{Feed, Signing, Verifying},
    person,
    rv::{Outcome, Rv},
    session::Session,
};

const NOT_INITIALIZED: Rv = Rv(ck::CKR_OPERATION_NOT_INITIALIZED);

/// The mechanism a caller asks for, with its parameter checked.
pub(super) unsafe fn mechanism(mechanism: *const ck::CK_MECHANISM, profile: &Profile) -> Outcome<Mechanism> {
    // SAFETY: the caller's duty.
    let asked = unsafe { memory::take(mechanism) }?;
    let mechanism = Mechanism::find(profile, asked.mechanism)?;
    // SAFETY: the caller's duty; nothing that is accepted is longer than an object identifier.
    let parameter = match asked.ulParameterLen {
        0..=64 => unsafe { memory::octets(asked.pParameter.cast(), asked.ulParameterLen) },
        _ => return Err(Rv(ck::CKR_MECHANISM_PARAM_INVALID)),
    };
    mechanism.check_parameter(parameter.map_err(|_| Rv(ck::CKR_MECHANISM_PARAM_INVALID))?)?;
    Ok(mechanism)
}

/// The mechanism, refused unless it signs.
unsafe fn signing_mechanism(
    module: &mut Module,
    session: ck::CK_SESSION_HANDLE,
    asked: *const ck::CK_MECHANISM,
) -> Outcome<Mechanism> {
    let profile = module.token_of(session)?.0.load()?.profile;
    // SAFETY: the caller's duty.
    match unsafe { mechanism(asked, &profile) }? {
        signs @ (Mechanism::Raw(_) | Mechanism::WithDigest(_)) => Ok(signs),
        _ => Err(Rv(ck::CKR_MECHANISM_INVALID)),
    }
}

/// Ends an operation with what `make` gives, in the caller's buffer.
unsafe fn finish<T: Clone>(
    module: &mut Module,
    session: ck::CK_SESSION_HANDLE,
    place: fn(&mut Session) -> &mut Option<T>,
    needed: impl FnOnce(&T) -> usize,
    (out, length): (*mut u8, *mut ck::CK_ULONG),
    make: impl FnOnce(&mut Module, T) -> Outcome<Vec<u8>>,
) -> Outcome {
    let operation = place(module.session(session)?).take().ok_or(NOT_INITIALIZED)?;
    // SAFETY: the caller's duty.
    match unsafe { memory::room(out, length, needed(&operation)) } {
        Ok(Room::Enough) => {
            let product = make(module, operation)?;
            // SAFETY: as long as `needed` said, and there is room for that.
            unsafe { memory::answer(out, length, &product) }
        }
        Ok(Room::SizeOnly) => {
            *place(module.session(session)?) = Some(operation);
            Ok(())
        }
        Err(Rv(ck::CKR_BUFFER_TOO_SMALL)) => {
            *place(module.session(session)?) = Some(operation);
            Err(Rv(ck::CKR_BUFFER_TOO_SMALL))
        }
        Err(other) => Err(other),
    }
}

fn sign(
    module: &mut Module,
    session: ck::CK_SESSION_HANDLE,
    signing: Signing,
    data: Option<&[u8]>,
) -> Outcome<Vec<u8>> {
    if signing.needs_pin {
        return Err(Rv(ck::CKR_USER_NOT_LOGGED_IN));
    }
    let input = whole(signing.feed, data)?;
    let mut signature = module.private_key(session, signing.key)?.sign(&input)?;
    if faults::spoils_signature() {
        signature[0] ^= 1;
    }
    Ok(signature)
}

/// The digest of a single part, or of all parts; the two must not be mixed.
fn whole(feed: Feed, data: Option<&[u8]>) -> Outcome<Vec<u8>> {
    match data {
        Some(_) if feed.in_parts() => Err(NOT_INITIALIZED),
        Some(data) => feed.finish_with(data),
        None => Ok(feed.finish()),
    }
}

/// Feeds a part to an operation; an error ends it.
fn feed<T>(
    session: &mut Session,
    place: fn(&mut Session) -> &mut Option<T>,
    feed_of: fn(&mut T) -> &mut Feed,
    part: Outcome<&[u8]>,
) -> Outcome {
    let mut operation = place(session).take().ok_or(NOT_INITIALIZED)?;
    feed_of(&mut operation).update(part?)?;
    *place(session) = Some(operation);
    Ok(())
}

fn check(session: &mut Session, data: Option<Outcome<&[u8]>>, signature: Outcome<&[u8]>) -> Outcome {
    let verifying = session.verify.take().ok_or(NOT_INITIALIZED)?;
    let digest = whole(verifying.feed, data.transpose()?)?;
    verifying.key.verify(&digest, signature?)
}

const SIGN: fn(&mut Session) -> &mut Option<Signing> = |session| &mut session.sign;
const DIGEST: fn(&mut Session) -> &mut Option<Feed> = |session| &mut session.digest;
const VERIFY: fn(&mut Session) -> &mut Option<Verifying> = |session| &mut session.verify;

entries! {
    fn C_DigestInit(session: ck::CK_SESSION_HANDLE, asked: *mut ck::CK_MECHANISM) {
        module::with(|module| {
            let profile = module.token_of(session)?.0.load()?.profile;
            let mechanism = mechanism(asked, &profile)?;
            if !matches!(mechanism, Mechanism::Digest(_)) {
                return Err(Rv(ck::CKR_MECHANISM_INVALID));
            }
            let place = DIGEST(module.session(session)?);
            if place.is_some() {
                return Err(Rv(ck::CKR_OPERATION_ACTIVE));
            }
            *place = Some(Feed::new(mechanism));
            Ok(())
        })
    }

    fn C_Digest(
        session: ck::CK_SESSION_HANDLE,
        data: *mut ck::CK_BYTE,
        data_length: ck::CK_ULONG,
        digest: *mut ck::CK_BYTE,
        digest_length: *mut ck::CK_ULONG,
    ) {
        module::with(|module| {
            let size = |feed: &Feed| feed.digest_octets();
            finish(module, session, DIGEST, size, (digest, digest_length), |_, feed| {
                whole(feed, Some(memory::octets(data, data_length)?))
            })
        })
    }

    fn C_DigestUpdate(session: ck::CK_SESSION_HANDLE, part: *mut ck::CK_BYTE, length: ck::CK_ULONG) {
        module::with(|module| feed(module.session(session)?, DIGEST, |feed| feed, memory::octets(part, length)))
    }

    fn C_DigestFinal(session: ck::CK_SESSION_HANDLE, digest: *mut ck::CK_BYTE, length: *mut ck::CK_ULONG) {
        module::with(|module| {
            let size = |feed: &Feed| feed.digest_octets();
            finish(module, session, DIGEST, size, (digest, length), |_, feed| whole(feed, None))
        })
    }

    fn C_SignInit(session: ck::CK_SESSION_HANDLE, asked: *mut ck::CK_MECHANISM, key: ck::CK_OBJECT_HANDLE) {
        module::with(|module| {
            let mechanism = signing_mechanism(module, session, asked)?;
            if module.session(session)?.sign.is_some() {
                return Err(Rv(ck::CKR_OPERATION_ACTIVE));
            }
            let (_, slot) = module.token_of(session)?;
            if module.user_key(slot).is_none() {
                return Err(Rv(ck::CKR_USER_NOT_LOGGED_IN));
            }
            let mut object = module.key_object(session, key, ck::CKO_PRIVATE_KEY)?;
            if faults::is_about_another() {
                object = module.another(slot, object)?;
            }
            if key_kind(&object)? != mechanism.kind() {
                return Err(Rv(ck::CKR_KEY_TYPE_INCONSISTENT));
            }
            module.session(session)?.sign = Some(Signing {
                feed: Feed::new(mechanism),
                key: object.id.into(),
                signature_octets: signature_octets(&object)?,
                needs_touch: object.attributes.flag(CONFIRM_BY_TOUCH),
                needs_pin: object.attributes.flag(ck::CKA_ALWAYS_AUTHENTICATE),
            });
            Ok(())
        })
    }

    fn C_Sign(
        session: ck::CK_SESSION_HANDLE,
        data: *mut ck::CK_BYTE,
        data_length: ck::CK_ULONG,
        signature: *mut ck::CK_BYTE,
        signature_length: *mut ck::CK_ULONG,
    ) {
        if !signature.is_null() {
            person::wait_for_touch(session)?;
        }
        module::with(|module| {
            let size = |signing: &Signing| signing.signature_octets;
            finish(module, session, SIGN, size, (signature, signature_length), |module, signing| {
                sign(module, session, signing, Some(memory::octets(data, data_length)?))
            })
        })
    }

    fn C_SignUpdate(session: ck::CK_SESSION_HANDLE, part: *mut ck::CK_BYTE, length: ck::CK_ULONG) {
        let part = memory::octets(part, length);
        module::with(|module| feed(module.session(session)?, SIGN, |signing| &mut signing.feed, part))
    }

    fn C_SignFinal(session: ck::CK_SESSION_HANDLE, signature: *mut ck::CK_BYTE, length: *mut ck::CK_ULONG) {
        if !signature.is_null() {
            person::wait_for_touch(session)?;
        }
        module::with(|module| {
            let size = |signing: &Signing| signing.signature_octets;
            finish(module, session, SIGN, size, (signature, length), |module, signing| {
                sign(module, session, signing, None)
            })
        })
    }

    fn C_VerifyInit(session: ck::CK_SESSION_HANDLE, asked: *mut ck::CK_MECHANISM, key: ck::CK_OBJECT_HANDLE) {
        module::with(|module| {
            let mechanism = signing_mechanism(module, session, asked)?;
            if module.session(session)?.verify.is_some() {
                return Err(Rv(ck::CKR_OPERATION_ACTIVE));
            }
            let key = module.public_key(session, key)?;
            if key.kind() != mechanism.kind() {
                return Err(Rv(ck::CKR_KEY_TYPE_INCONSISTENT));
            }
            module.session(session)?.verify = Some(Verifying { feed: Feed::new(mechanism), key });
            Ok(())
        })
    }

    fn C_Verify(
        session: ck::CK_SESSION_HANDLE,
        data: *mut ck::CK_BYTE,
        data_length: ck::CK_ULONG,
        signature: *mut ck::CK_BYTE,
        signature_length: ck::CK_ULONG,
    ) {
        let data = memory::octets(data, data_length);
        let signature = memory::octets(signature, signature_length);
        module::with(|module| check(module.session(session)?, Some(data), signature))
    }

    fn C_VerifyUpdate(session: ck::CK_SESSION_HANDLE, part: *mut ck::CK_BYTE, length: ck::CK_ULONG) {
        let part = memory::octets(part, length);
        module::with(|module| feed(module.session(session)?, VERIFY, |verifying| &mut verifying.feed, part))
    }

    fn C_VerifyFinal(session: ck::CK_SESSION_HANDLE, signature: *mut ck::CK_BYTE, length: ck::CK_ULONG) {
        let signature = memory::octets(signature, length);
        module::with(|module| check(module.session(session)?, None, signature))
    }
}
