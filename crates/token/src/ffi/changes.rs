//! Everything that changes a token: PINs, objects, key pairs. Needs a session opened for writing.

use std::ptr;

use cryptoki_sys as ck;

use super::library::call;
use super::session::of_pin;
use super::template::Template;
use super::{Call, Failure, MechanismType, ObjectHandle, ReturnCode, Session};
use crate::secret::Pin;

impl Session<'_> {
    /// `C_SetPIN`: of whoever is logged in, of the user when nobody is. Both `None`: entered on the device.
    pub(crate) fn set_pin(&self, old: Option<&Pin>, new: Option<&Pin>) -> Result<(), Failure> {
        let ((old, old_length), (new, new_length)) = (of_pin(old), of_pin(new));
        call!(
            self.functions,
            SetPIN,
            C_SetPIN,
            self.handle,
            old,
            old_length,
            new,
            new_length
        )
    }

    /// `C_InitPIN`: the administrator gives the user a new PIN.
    pub(crate) fn init_pin(&self, new: Option<&Pin>) -> Result<(), Failure> {
        let (new, length) = of_pin(new);
        call!(self.functions, InitPIN, C_InitPIN, self.handle, new, length)
    }

    /// `C_CreateObject`.
    pub(crate) fn create(&self, mut template: Template) -> Result<ObjectHandle, Failure> {
        let mut attributes = template.attributes();
        let mut object = ck::CK_INVALID_HANDLE;
        call!(
            self.functions,
            CreateObject,
            C_CreateObject,
            self.handle,
            attributes.as_mut_ptr(),
            attributes.len() as ck::CK_ULONG,
            &mut object
        )?;
        Ok(ObjectHandle(object))
    }

    /// `C_DestroyObject`.
    pub(crate) fn destroy(&self, object: ObjectHandle) -> Result<(), Failure> {
        call!(
            self.functions,
            DestroyObject,
            C_DestroyObject,
            self.handle,
            object.0
        )
    }

    /// `C_GenerateKeyPair` with a mechanism without parameters: public and private key.
    pub(crate) fn generate_key_pair(
        &self,
        mechanism: MechanismType,
        mut public: Template,
        mut private: Template,
    ) -> Result<(ObjectHandle, ObjectHandle), Failure> {
        let mut mechanism = ck::CK_MECHANISM {
            mechanism: mechanism.0,
            pParameter: ptr::null_mut(),
            ulParameterLen: 0,
        };
        let (mut public, mut private) = (public.attributes(), private.attributes());
        let (mut public_key, mut private_key) = (ck::CK_INVALID_HANDLE, ck::CK_INVALID_HANDLE);
        call!(
            self.functions,
            GenerateKeyPair,
            C_GenerateKeyPair,
            self.handle,
            &mut mechanism,
            public.as_mut_ptr(),
            public.len() as ck::CK_ULONG,
            private.as_mut_ptr(),
            private.len() as ck::CK_ULONG,
            &mut public_key,
            &mut private_key
        )?;
        Ok((ObjectHandle(public_key), ObjectHandle(private_key)))
    }
}
