//! Key pairs.

use cryptoki_sys as ck;

use super::{crypto::mechanism, entries, memory};
use crate::{
    mechanism::Mechanism,
    module,
    rv::Rv,
    template::{self, NewObject},
};

entries! {
    fn C_GenerateKeyPair(
        session: ck::CK_SESSION_HANDLE,
        mechanism_: *mut ck::CK_MECHANISM,
        public_template: *mut ck::CK_ATTRIBUTE,
        public_count: ck::CK_ULONG,
        private_template: *mut ck::CK_ATTRIBUTE,
        private_count: ck::CK_ULONG,
        public_key: *mut ck::CK_OBJECT_HANDLE,
        private_key: *mut ck::CK_OBJECT_HANDLE,
    ) {
        let handles = module::with(|module| {
            let profile = module.token_of(session)?.0.load()?.profile;
            if public_key.is_null() || private_key.is_null() {
                return Err(Rv(ck::CKR_ARGUMENTS_BAD));
            }
            let mechanism = mechanism(mechanism_, &profile)?;
            if !matches!(mechanism, Mechanism::KeyPairGeneration(_)) {
                return Err(Rv(ck::CKR_MECHANISM_INVALID));
            }
            let public = memory::attributes(public_template, public_count)?;
            let private = memory::attributes(private_template, private_count)?;
            let (public, private): (NewObject, NewObject) =
                template::new_key_pair(mechanism, public, private, &profile)?;
            module.keep(session, vec![public, private])
        })?;
        match handles[..] {
            [public, private] => {
                memory::put(public_key, public)?;
                memory::put(private_key, private)
            }
            _ => Err(Rv(ck::CKR_GENERAL_ERROR)),
        }
    }
}
