//! Reads attributes one by one: a single one unknown to the module would fail a whole `C_GetAttributeValue`.

use std::ptr;

use cryptoki_sys as ck;

use super::library::call;
use super::{AttributeType, Call, Class, Failure, ObjectHandle, ReturnCode, Session, classify};

/// Longer than any certificate; a module that says more is broken.
const LONGEST_VALUE: usize = 1 << 17;

impl Session<'_> {
    /// The attribute's bytes; `None` when the object has none or does not show it.
    pub(crate) fn bytes(
        &self,
        object: ObjectHandle,
        kind: AttributeType,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let malformed = Failure::Malformed {
            call: Call::GetAttributeValue,
        };
        let mut attribute = ck::CK_ATTRIBUTE {
            type_: kind.0,
            pValue: ptr::null_mut(),
            ulValueLen: 0,
        };
        if !self.read(object, &mut attribute)? {
            return Ok(None);
        }
        let room = usize::try_from(attribute.ulValueLen)
            .ok()
            .filter(|room| *room <= LONGEST_VALUE)
            .ok_or(malformed)?;
        let mut value = vec![0u8; room];
        if room == 0 {
            return Ok(Some(value));
        }
        attribute.pValue = value.as_mut_ptr().cast();
        if !self.read(object, &mut attribute)? {
            return Ok(None);
        }
        let given = usize::try_from(attribute.ulValueLen)
            .ok()
            .filter(|given| *given <= room)
            .ok_or(malformed)?;
        value.truncate(given);
        Ok(Some(value))
    }

    /// An attribute we can do without: modules refuse unknown ones with all sorts of codes, which then read as absent. That
    /// the token or the module's state is gone stays an error.
    pub(crate) fn optional(
        &self,
        object: ObjectHandle,
        kind: AttributeType,
    ) -> Result<Option<Vec<u8>>, Failure> {
        match self.bytes(object, kind) {
            Err(Failure::Refused { code, .. })
                if !matches!(classify(code), Class::Removed | Class::ModuleReset) =>
            {
                Ok(None)
            }
            answer => answer,
        }
    }

    /// An attribute that holds a `CK_ULONG`.
    pub(crate) fn number(
        &self,
        object: ObjectHandle,
        kind: AttributeType,
    ) -> Result<Option<ck::CK_ULONG>, Failure> {
        let Some(value) = self.optional(object, kind)? else {
            return Ok(None);
        };
        Ok(value.try_into().ok().map(ck::CK_ULONG::from_ne_bytes))
    }

    /// An attribute that holds a `CK_BBOOL`; absent reads as false.
    pub(crate) fn flag(&self, object: ObjectHandle, kind: AttributeType) -> Result<bool, Failure> {
        Ok(self
            .optional(object, kind)?
            .is_some_and(|value| value.first().is_some_and(|byte| *byte != ck::CK_FALSE)))
    }

    /// False when the attribute is not there. Codes that speak about the object or token stay errors.
    fn read(&self, object: ObjectHandle, attribute: &mut ck::CK_ATTRIBUTE) -> Result<bool, Failure> {
        match call!(
            self.functions,
            GetAttributeValue,
            C_GetAttributeValue,
            self.handle,
            object.0,
            attribute,
            1
        ) {
            Ok(()) => Ok(attribute.ulValueLen != ck::CK_UNAVAILABLE_INFORMATION),
            Err(failure)
                if failure.is(ck::CKR_ATTRIBUTE_TYPE_INVALID) || failure.is(ck::CKR_ATTRIBUTE_SENSITIVE) =>
            {
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }
}
