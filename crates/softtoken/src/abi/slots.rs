//! Slots and tokens.

use std::{ffi::c_void, thread::sleep, time::Duration};

use cryptoki_sys as ck;
use zeroize::Zeroizing;

use super::{entries, memory};
use crate::{
    Profile, Role, TokenHome, config,
    mechanism::Mechanism,
    module::{self, Module},
    rv::{Outcome, Rv},
    store::TokenFile,
};

/// How often a waiting call looks at the directory.
const POLL: Duration = Duration::from_millis(20);
const VERSION: ck::CK_VERSION = ck::CK_VERSION { major: 1, minor: 0 };

/// Blank-padded UTF-8, cut at a character.
pub(super) fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [b' '; N];
    let end = (0..=N.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    field[..end].copy_from_slice(&text.as_bytes()[..end]);
    field
}

fn number(count: usize) -> ck::CK_ULONG {
    ck::CK_ULONG::try_from(count).unwrap_or(ck::CK_UNAVAILABLE_INFORMATION)
}

/// One of the three warnings about a PIN, and a fourth while it is the factory's.
fn pin_flags(file: &TokenFile, role: Role, flags: [ck::CK_FLAGS; 4]) -> ck::CK_FLAGS {
    let [count_low, final_try, locked, to_be_changed] = flags;
    let Some(pin) = file.pin(role) else { return 0 };
    let all = file.profile.tries(role);
    let tries = match pin.tries_left {
        0 => locked,
        1 => final_try | if all > 1 { count_low } else { 0 },
        left if left < all => count_low,
        _ => 0,
    };
    let factory = pin.factory && file.profile.marks_factory_pin;
    tries | if factory { to_be_changed } else { 0 }
}

fn token_flags(file: &TokenFile) -> ck::CK_FLAGS {
    let mut flags = ck::CKF_RNG | ck::CKF_LOGIN_REQUIRED | ck::CKF_TOKEN_INITIALIZED;
    if file.user_pin.is_some() {
        flags |= ck::CKF_USER_PIN_INITIALIZED;
    }
    if file.profile.protected_authentication_path {
        flags |= ck::CKF_PROTECTED_AUTHENTICATION_PATH;
    }
    let user = [
        ck::CKF_USER_PIN_COUNT_LOW,
        ck::CKF_USER_PIN_FINAL_TRY,
        ck::CKF_USER_PIN_LOCKED,
        ck::CKF_USER_PIN_TO_BE_CHANGED,
    ];
    let administrator = [
        ck::CKF_SO_PIN_COUNT_LOW,
        ck::CKF_SO_PIN_FINAL_TRY,
        ck::CKF_SO_PIN_LOCKED,
        ck::CKF_SO_PIN_TO_BE_CHANGED,
    ];
    flags | pin_flags(file, Role::User, user) | pin_flags(file, Role::SecurityOfficer, administrator)
}

fn token_info(module: &Module, slot: usize) -> Outcome<ck::CK_TOKEN_INFO> {
    let file = module.token(slot)?.load()?;
    let profile = &file.profile;
    let label = if profile.label.is_empty() {
        format!("{} <no label>", profile.model)
    } else {
        profile.label.clone()
    };
    let (sessions, writable) = module.count_sessions(slot);
    Ok(ck::CK_TOKEN_INFO {
        label: padded(&label),
        manufacturerID: padded(&profile.manufacturer),
        model: padded(&profile.model),
        serialNumber: padded(profile.reported_serial()),
        flags: token_flags(&file),
        ulMaxSessionCount: ck::CK_EFFECTIVELY_INFINITE,
        ulSessionCount: number(sessions),
        ulMaxRwSessionCount: ck::CK_EFFECTIVELY_INFINITE,
        ulRwSessionCount: number(writable),
        ulMaxPinLen: number(profile.max_pin),
        ulMinPinLen: number(profile.min_pin),
        ulTotalPublicMemory: ck::CK_UNAVAILABLE_INFORMATION,
        ulFreePublicMemory: ck::CK_UNAVAILABLE_INFORMATION,
        ulTotalPrivateMemory: ck::CK_UNAVAILABLE_INFORMATION,
        ulFreePrivateMemory: ck::CK_UNAVAILABLE_INFORMATION,
        hardwareVersion: VERSION,
        firmwareVersion: VERSION,
        utcTime: [b' '; 16],
    })
}

fn profile(module: &Module, slot: ck::CK_SLOT_ID) -> Outcome<Profile> {
    Ok(module.token(module.slot(slot)?)?.load()?.profile)
}

/// The PIN a caller gave, or the one typed on the reader where the token has such a path.
pub(super) unsafe fn pin(
    home: &TokenHome,
    pin: *const ck::CK_UTF8CHAR,
    length: ck::CK_ULONG,
) -> Outcome<Zeroizing<Vec<u8>>> {
    if !pin.is_null() {
        // SAFETY: the caller's duty.
        return Ok(Zeroizing::new(unsafe { memory::octets(pin, length) }?.to_vec()));
    }
    if !home.load()?.profile.protected_authentication_path {
        return Err(Rv(ck::CKR_ARGUMENTS_BAD));
    }
    // Nobody typed: the device gives up.
    home.take_pin_pad_entry().ok_or(Rv(ck::CKR_FUNCTION_CANCELED))
}

entries! {
    fn C_GetSlotList(token_present: ck::CK_BBOOL, list: *mut ck::CK_SLOT_ID, count: *mut ck::CK_ULONG) {
        let slots: Vec<ck::CK_SLOT_ID> = module::with(|module| {
            Ok(module.slots().filter(|slot| token_present == 0 || module.is_present(*slot)).map(number).collect())
        })?;
        memory::answer(list, count, &slots)
    }

    fn C_GetSlotInfo(slot: ck::CK_SLOT_ID, info: *mut ck::CK_SLOT_INFO) {
        let (reader, present) = module::with(|module| {
            let index = module.slot(slot)?;
            Ok((module.reader(index), module.is_present(index)))
        })?;
        let vendor = config::vendor();
        memory::put_structure(info, ck::CK_SLOT_INFO {
            slotDescription: padded(&format!("{} {reader:02} 00", vendor.reader)),
            manufacturerID: padded(vendor.manufacturer),
            flags: ck::CKF_REMOVABLE_DEVICE | ck::CKF_HW_SLOT | if present { ck::CKF_TOKEN_PRESENT } else { 0 },
            hardwareVersion: VERSION,
            firmwareVersion: VERSION,
        })
    }

    fn C_GetTokenInfo(slot: ck::CK_SLOT_ID, info: *mut ck::CK_TOKEN_INFO) {
        memory::put_structure(info, module::with(|module| token_info(module, module.slot(slot)?))?)
    }

    fn C_WaitForSlotEvent(flags: ck::CK_FLAGS, slot: *mut ck::CK_SLOT_ID, reserved: *mut c_void) {
        if slot.is_null() || !reserved.is_null() {
            return Err(Rv(ck::CKR_ARGUMENTS_BAD));
        }
        loop {
            // Also ends the wait with CKR_CRYPTOKI_NOT_INITIALIZED when the module is finalised meanwhile.
            if let Some(event) = module::with(|module| Ok(module.take_event()))? {
                return memory::put(slot, number(event));
            }
            if flags & ck::CKF_DONT_BLOCK != 0 {
                return Err(Rv(ck::CKR_NO_EVENT));
            }
            sleep(POLL);
        }
    }

    fn C_GetMechanismList(
        slot: ck::CK_SLOT_ID,
        list: *mut ck::CK_MECHANISM_TYPE,
        count: *mut ck::CK_ULONG,
    ) {
        let profile = module::with(|module| profile(module, slot))?;
        let numbers = profile.mechanisms.iter().map(|offer| ck::CK_MECHANISM_TYPE::try_from(offer.mechanism));
        let mechanisms = numbers.collect::<Result<Vec<_>, _>>().map_err(|_| Rv(ck::CKR_GENERAL_ERROR))?;
        memory::answer(list, count, &mechanisms)
    }

    fn C_GetMechanismInfo(
        slot: ck::CK_SLOT_ID,
        mechanism: ck::CK_MECHANISM_TYPE,
        info: *mut ck::CK_MECHANISM_INFO,
    ) {
        let profile = module::with(|module| profile(module, slot))?;
        memory::put_structure(info, Mechanism::find(&profile, mechanism)?.info(&profile)?)
    }

    fn C_InitToken(
        slot: ck::CK_SLOT_ID,
        so_pin: *mut ck::CK_UTF8CHAR,
        length: ck::CK_ULONG,
        label: *mut ck::CK_UTF8CHAR,
    ) {
        let label = memory::octets(label, 32)?;
        let label = String::from_utf8_lossy(label).trim_end().to_owned();
        module::with(|module| {
            let slot = module.slot(slot)?;
            let home = module.token(slot)?;
            if module.count_sessions(slot).0 > 0 {
                return Err(Rv(ck::CKR_SESSION_EXISTS));
            }
            let so_pin = pin(&home, so_pin, length)?;
            Ok(home.initialise(&so_pin, &label)?)
        })
    }
}
