//! A loaded module: its function table, and everything that needs no session.

use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;

use cryptoki_sys as ck;

use super::{Call, Failure, MechanismType, ReturnCode, Session, SlotId};
use crate::error::{TokenError, Unloadable};
use crate::model::ModuleInfo;

/// More slots or mechanisms than any token has; a module that says more is broken.
const MOST_ENTRIES: usize = 4096;

/// A module, initialised. Never unloaded: modules leave threads and exit handlers behind, the worker just ends.
pub(crate) struct Library {
    functions: ck::CK_FUNCTION_LIST,
    _code: ManuallyDrop<libloading::Library>,
}

/// What a session is opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// Enough to sign; not refused by tokens that are write-protected.
    Read,
    /// To change what is on the token.
    Write,
}

/// `CK_SLOT_INFO`, as far as we use it.
pub(crate) struct SlotDescription {
    pub(crate) reader: String,
}

/// `CK_TOKEN_INFO`, as far as we use it; texts trimmed.
pub(crate) struct TokenDescription {
    pub(crate) label: String,
    pub(crate) manufacturer: String,
    pub(crate) model: String,
    pub(crate) serial: String,
    pub(crate) flags: ck::CK_FLAGS,
    pub(crate) min_pin: ck::CK_ULONG,
    pub(crate) max_pin: ck::CK_ULONG,
    pub(crate) hardware: (u8, u8),
    pub(crate) firmware: (u8, u8),
}

/// Calls one function of the table. A null entry reads as `CKR_FUNCTION_NOT_SUPPORTED`.
macro_rules! call {
    ($functions:expr, $call:ident, $field:ident $(, $argument:expr)*) => {{
        let code = match $functions.$field {
            // SAFETY: the pointer comes from the module's own table and has the type the standard gives it; the
            // arguments outlive the call and are as large as the lengths passed with them.
            Some(function) => unsafe { function($($argument),*) },
            None => ck::CKR_FUNCTION_NOT_SUPPORTED,
        };
        ReturnCode(code).of(Call::$call)
    }};
}
pub(super) use call;

impl Library {
    /// Loads and initialises. The file must have passed [`super::check_module_file`].
    pub(crate) fn load(path: &Path) -> Result<Self, TokenError> {
        let code = open(path).map_err(|_| Unloadable::LoaderRefused)?;
        let functions = function_list(&code)?;
        let library = Self {
            functions,
            _code: ManuallyDrop::new(code),
        };
        library.initialise().map_err(Failure::of_module)?;
        Ok(library)
    }

    /// Without locks, as for the one thread that calls: OpenSC 0.23 locks itself out for ever where a card is pulled just
    /// before `C_Login`.
    fn initialise(&self) -> Result<(), Failure> {
        match call!(self.functions, Initialize, C_Initialize, ptr::null_mut()) {
            Err(failure) if failure.is(ck::CKR_CRYPTOKI_ALREADY_INITIALIZED) => Ok(()),
            answer => answer,
        }
    }

    /// The last call before the worker ends by request.
    pub(crate) fn finalise(&self) -> Result<(), Failure> {
        call!(self.functions, Finalize, C_Finalize, ptr::null_mut())
    }

    /// `C_GetInfo`.
    pub(crate) fn info(&self) -> Result<ModuleInfo, Failure> {
        let mut info = ck::CK_INFO::default();
        call!(self.functions, GetInfo, C_GetInfo, &mut info)?;
        Ok(ModuleInfo {
            manufacturer: text(&info.manufacturerID),
            description: text(&info.libraryDescription),
            version: (info.libraryVersion.major, info.libraryVersion.minor),
            cryptoki: (info.cryptokiVersion.major, info.cryptokiVersion.minor),
        })
    }

    /// Slots with a token in them.
    pub(crate) fn slots_with_token(&self) -> Result<Vec<SlotId>, Failure> {
        let slots = list(Call::GetSlotList, |entries, count| {
            call!(
                self.functions,
                GetSlotList,
                C_GetSlotList,
                ck::CK_TRUE,
                entries,
                count
            )
        })?;
        Ok(slots.into_iter().map(SlotId).collect())
    }

    /// `C_GetSlotInfo`.
    pub(crate) fn slot(&self, slot: SlotId) -> Result<SlotDescription, Failure> {
        let mut info = ck::CK_SLOT_INFO::default();
        call!(self.functions, GetSlotInfo, C_GetSlotInfo, slot.0, &mut info)?;
        Ok(SlotDescription {
            reader: text(&info.slotDescription),
        })
    }

    /// `C_GetTokenInfo`.
    pub(crate) fn token(&self, slot: SlotId) -> Result<TokenDescription, Failure> {
        let mut info = ck::CK_TOKEN_INFO::default();
        call!(self.functions, GetTokenInfo, C_GetTokenInfo, slot.0, &mut info)?;
        Ok(TokenDescription {
            label: text(&info.label),
            manufacturer: text(&info.manufacturerID),
            model: text(&info.model),
            serial: text(&info.serialNumber),
            flags: info.flags,
            min_pin: info.ulMinPinLen,
            max_pin: info.ulMaxPinLen,
            hardware: (info.hardwareVersion.major, info.hardwareVersion.minor),
            firmware: (info.firmwareVersion.major, info.firmwareVersion.minor),
        })
    }

    /// `C_GetMechanismList`, every number as the module gives it.
    pub(crate) fn mechanisms(&self, slot: SlotId) -> Result<Vec<MechanismType>, Failure> {
        let mechanisms = list(Call::GetMechanismList, |entries, count| {
            call!(
                self.functions,
                GetMechanismList,
                C_GetMechanismList,
                slot.0,
                entries,
                count
            )
        })?;
        Ok(mechanisms.into_iter().map(MechanismType).collect())
    }

    /// Whether a listed mechanism is for signing. A module that does not say is believed.
    pub(crate) fn signs_with(&self, slot: SlotId, mechanism: MechanismType) -> bool {
        let mut info = ck::CK_MECHANISM_INFO::default();
        let answer = call!(
            self.functions,
            GetMechanismInfo,
            C_GetMechanismInfo,
            slot.0,
            mechanism.0,
            &mut info
        );
        answer.is_err() || info.flags & ck::CKF_SIGN != 0
    }

    /// Opens a session.
    pub(crate) fn open_session(&self, slot: SlotId, access: Access) -> Result<Session<'_>, Failure> {
        let mut handle = ck::CK_INVALID_HANDLE;
        let writing = match access {
            Access::Read => 0,
            Access::Write => ck::CKF_RW_SESSION,
        };
        call!(
            self.functions,
            OpenSession,
            C_OpenSession,
            slot.0,
            ck::CKF_SERIAL_SESSION | writing,
            ptr::null_mut(),
            None,
            &mut handle
        )?;
        Ok(Session::new(&self.functions, handle))
    }
}

impl Failure {
    /// Before the module is ready no code speaks of a token or a PIN, whatever it is.
    fn of_module(self) -> TokenError {
        match self {
            Self::Refused { call, code } => TokenError::Device {
                call,
                rv: code.number(),
            },
            Self::Malformed { .. } => self.into(),
        }
    }

    pub(crate) fn is(self, code: ck::CK_RV) -> bool {
        self.code() == Some(ReturnCode(code))
    }
}

#[cfg(not(windows))]
fn open(path: &Path) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: loading runs the module's constructors. That is what this process exists for: nothing but the module and the
    // pipe lives in it.
    unsafe { libloading::Library::new(path) }
}

#[cfg(windows)]
fn open(path: &Path) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::windows::{LOAD_WITH_ALTERED_SEARCH_PATH, Library};
    // SAFETY: as above. The flag makes back ends be searched beside the module instead of beside our executable.
    unsafe { Library::load_with_flags(path, LOAD_WITH_ALTERED_SEARCH_PATH) }.map(Into::into)
}

fn function_list(code: &libloading::Library) -> Result<ck::CK_FUNCTION_LIST, TokenError> {
    type GetFunctionList = unsafe extern "C" fn(*mut *mut ck::CK_FUNCTION_LIST) -> ck::CK_RV;
    // SAFETY: the standard gives the symbol of this name this type.
    let entry = unsafe { code.get::<GetFunctionList>(b"C_GetFunctionList\0") };
    let entry = entry.map_err(|_| Unloadable::NotPkcs11)?;
    let mut table: *mut ck::CK_FUNCTION_LIST = ptr::null_mut();
    // SAFETY: `table` is a valid place for one pointer.
    ReturnCode(unsafe { entry(&mut table) })
        .of(Call::GetFunctionList)
        .map_err(Failure::of_module)?;
    if table.is_null() {
        return Err(Failure::Malformed {
            call: Call::GetFunctionList,
        }
        .into());
    }
    // SAFETY: not null, and the standard promises a table of this layout; it may lie unaligned in a packed module.
    Ok(unsafe { table.read_unaligned() })
}

/// The standard's two-step lists: ask for the count, then for the entries, again if it grew in between.
fn list(
    call: Call,
    mut fill: impl FnMut(*mut ck::CK_ULONG, *mut ck::CK_ULONG) -> Result<(), Failure>,
) -> Result<Vec<ck::CK_ULONG>, Failure> {
    for _ in 0..3 {
        let mut count = 0;
        fill(ptr::null_mut(), &mut count)?;
        let room = usize::try_from(count).ok().filter(|room| *room <= MOST_ENTRIES);
        let mut entries = vec![0; room.ok_or(Failure::Malformed { call })?];
        if entries.is_empty() {
            return Ok(entries);
        }
        match fill(entries.as_mut_ptr(), &mut count) {
            Err(failure) if failure.is(ck::CKR_BUFFER_TOO_SMALL) => continue,
            answer => answer?,
        }
        let given = usize::try_from(count)
            .ok()
            .filter(|given| *given <= entries.len());
        entries.truncate(given.ok_or(Failure::Malformed { call })?);
        return Ok(entries);
    }
    Err(Failure::Malformed { call })
}

/// Fixed-size text: UTF-8 by the standard, blank padded; some modules pad with zero bytes, some use another encoding.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end])
        .trim()
        .chars()
        .filter(|character| !character.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_beyond_reason_are_refused_before_memory_is_taken() {
        for count in [MOST_ENTRIES as ck::CK_ULONG + 1, ck::CK_ULONG::MAX] {
            let answer = list(Call::GetSlotList, |_, given| {
                // SAFETY: `list` passes a valid place.
                unsafe { *given = count };
                Ok(())
            });
            assert_eq!(
                answer,
                Err(Failure::Malformed {
                    call: Call::GetSlotList
                })
            );
        }
    }

    #[test]
    fn more_entries_than_there_was_room_for_are_refused() {
        let answer = list(Call::GetSlotList, |entries, given| {
            // SAFETY: as above.
            unsafe { *given = if entries.is_null() { 2 } else { 3 } };
            Ok(())
        });
        assert_eq!(
            answer,
            Err(Failure::Malformed {
                call: Call::GetSlotList
            })
        );
    }

    #[test]
    fn padding_and_control_characters_do_not_reach_names() {
        assert_eq!(text(b"Rutoken ECP     "), "Rutoken ECP");
        assert_eq!(text(b"JaCarta\0\0\0rubbish"), "JaCarta");
        assert_eq!(text(b"a\x1b[31mb"), "a[31mb");
        assert_eq!(text(b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }
}
