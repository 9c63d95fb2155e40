//! Reads what every connected token shows without a login.

use std::path::Path;

use cryptoki_sys as ck;
use sha2::{Digest, Sha256};

use super::objects;
use crate::error::TokenError;
use crate::ffi::{Access, Failure, Library, MechanismType, SlotId, TokenDescription};
use crate::model::{
    Holder, KeySeen, LoneKey, PinState, PukState, Scan, ScanProblem, SignMechanism, Token, TokenAddress,
    TokenCertificate,
};

/// All tokens of the module. One that fails becomes a problem of its reader and hides no other.
pub(super) fn scan(library: &Library, module: &Path) -> Result<Scan, TokenError> {
    let mut scan = Scan::default();
    for slot in library.slots_with_token()? {
        let reader = library.slot(slot).map(|slot| slot.reader).unwrap_or_default();
        if let Err(failure) = read_token(library, slot, module, &reader, &mut scan) {
            let problem = ScanProblem {
                module: module.into(),
                reader: Some(reader),
                error: failure.into(),
            };
            scan.problems.push(problem);
        }
    }
    Ok(scan)
}

fn read_token(
    library: &Library,
    slot: SlotId,
    module: &Path,
    reader: &str,
    scan: &mut Scan,
) -> Result<(), Failure> {
    let description = library.token(slot)?;
    let offered = library.mechanisms(slot)?;
    let mechanisms = usable_mechanisms(library, slot, &offered);
    let initialised = description.flags & ck::CKF_TOKEN_INITIALIZED != 0;
    let address = address(module, &description);
    let makes_keys = |mechanism: &SignMechanism| offered.contains(&MechanismType(mechanism.generation()));
    scan.tokens.push(Token {
        address: address.clone(),
        holder: Holder::Token,
        pin: pin_state(&description),
        puk: puk_state(&description),
        label: description.label,
        manufacturer: description.manufacturer,
        reader: reader.to_owned(),
        hardware: description.hardware,
        firmware: description.firmware,
        blank: !initialised,
        passive: mechanisms.is_empty() || !initialised,
        mechanisms,
        key_pairs: SignMechanism::ALL.into_iter().filter(makes_keys).collect(),
        offered: offered.into_iter().map(MechanismType::number).collect(),
    });
    if initialised {
        read_objects(library, slot, &address, scan)
    } else {
        Ok(())
    }
}

fn read_objects(
    library: &Library,
    slot: SlotId,
    token: &TokenAddress,
    scan: &mut Scan,
) -> Result<(), Failure> {
    let session = library.open_session(slot, Access::Read)?;
    let certificates = objects::certificates(&session)?;
    let mut keys = objects::keys(&session, ck::CKO_PUBLIC_KEY)?;
    match objects::keys(&session, ck::CKO_PRIVATE_KEY) {
        // By the standard they are just not found before the login.
        Err(failure) if failure.is(ck::CKR_USER_NOT_LOGGED_IN) => {}
        private => keys.extend(private?),
    }
    for key in &keys {
        let lone = certificates
            .iter()
            .all(|certificate| key.belongs_to(certificate) == KeySeen::No);
        let known = |seen: &LoneKey| seen.token == *token && seen.id == key.id;
        if lone && !scan.lone_keys.iter().any(known) {
            scan.lone_keys.push(LoneKey {
                token: token.clone(),
                id: key.id.clone(),
                label: key.label.clone(),
            });
        }
    }
    for certificate in certificates {
        let seen = |kind| keys.iter().any(|key| key.belongs_to(&certificate) == kind);
        let key = [KeySeen::ById, KeySeen::ByPublicKey]
            .into_iter()
            .find(|kind| seen(*kind));
        scan.certificates.push(TokenCertificate {
            token: token.clone(),
            key: key.unwrap_or(KeySeen::No),
            fingerprint: fingerprint(&certificate.der),
            mechanism: certificate.public_key.map(|key| key.mechanism),
            der: certificate.der,
            id: certificate.id,
            label: certificate.label,
        });
    }
    Ok(())
}

/// SHA-256 of the DER.
pub(super) fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

/// Our mechanisms among the offered ones.
pub(super) fn usable_mechanisms(
    library: &Library,
    slot: SlotId,
    offered: &[MechanismType],
) -> Vec<SignMechanism> {
    let usable = |mechanism: &SignMechanism| {
        let number = MechanismType(mechanism.mechanism_type());
        offered.contains(&number) && library.signs_with(slot, number)
    };
    SignMechanism::ALL.into_iter().filter(usable).collect()
}

/// How this token is found again.
pub(super) fn address(module: &Path, token: &TokenDescription) -> TokenAddress {
    TokenAddress {
        module: module.into(),
        serial: token.serial.clone(),
        model: token.model.clone(),
    }
}

/// The PIN flags. Limits that make no sense read as unknown.
pub(super) fn pin_state(token: &TokenDescription) -> PinState {
    let flag = |flag| token.flags & flag != 0;
    let limits = (u32::try_from(token.min_pin), u32::try_from(token.max_pin));
    let (min_len, max_len) = match limits {
        (Ok(min), Ok(max)) if min <= max && max < u32::MAX => (min, max),
        _ => (0, 0),
    };
    PinState {
        count_low: flag(ck::CKF_USER_PIN_COUNT_LOW),
        final_try: flag(ck::CKF_USER_PIN_FINAL_TRY),
        locked: flag(ck::CKF_USER_PIN_LOCKED),
        to_be_changed: flag(ck::CKF_USER_PIN_TO_BE_CHANGED),
        on_device: flag(ck::CKF_PROTECTED_AUTHENTICATION_PATH),
        login_required: flag(ck::CKF_LOGIN_REQUIRED),
        min_len,
        max_len,
    }
}

/// The PUK flags.
pub(super) fn puk_state(token: &TokenDescription) -> PukState {
    let flag = |flag| token.flags & flag != 0;
    PukState {
        count_low: flag(ck::CKF_SO_PIN_COUNT_LOW),
        final_try: flag(ck::CKF_SO_PIN_FINAL_TRY),
        locked: flag(ck::CKF_SO_PIN_LOCKED),
        to_be_changed: flag(ck::CKF_SO_PIN_TO_BE_CHANGED),
    }
}
