//! Objects as a session sees them: finding, reading, keeping, changing, destroying; and keys for operations.

use cryptoki_sys as ck;
use zeroize::Zeroizing;

use crate::{
    TokenHome, faults,
    key::{KeyKind, PrivateKey, PublicKey},
    module::Module,
    rv::{Outcome, Rv},
    store::{Attributes, Kind, StoreError, StoredObject},
    template::NewObject,
};

const NO_OBJECT: Rv = Rv(ck::CKR_OBJECT_HANDLE_INVALID);

/// What a private key never tells.
const SECRET: [ck::CK_ATTRIBUTE_TYPE; 7] = [
    ck::CKA_VALUE,
    ck::CKA_PRIVATE_EXPONENT,
    ck::CKA_PRIME_1,
    ck::CKA_PRIME_2,
    ck::CKA_EXPONENT_1,
    ck::CKA_EXPONENT_2,
    ck::CKA_COEFFICIENT,
];

fn is_class(object: &StoredObject, class: ck::CK_OBJECT_CLASS) -> bool {
    object.attributes.class() == Some(u64::from(class))
}

/// What is told about one attribute.
pub(crate) enum Answer {
    Value(Zeroizing<Vec<u8>>),
    Sensitive,
    Unknown,
}

impl Module {
    fn is_visible(&self, slot: usize, object: &StoredObject) -> bool {
        !object.attributes.flag(ck::CKA_PRIVATE) || self.user_key(slot).is_some()
    }

    /// Handles of the visible objects that match, token objects first.
    pub(crate) fn find(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        wanted: &Attributes,
    ) -> Outcome<Vec<ck::CK_OBJECT_HANDLE>> {
        let (home, slot) = self.token_of(session)?;
        let file = home.load()?;
        let others = faults::is_about_another();
        let found = (file.objects.iter())
            .chain(self.session_objects(slot))
            .filter(|object| self.is_visible(slot, object) && object.attributes.matches(wanted) != others)
            .map(|object| ck::CK_OBJECT_HANDLE::from(object.id))
            .collect();
        Ok(found)
    }

    /// A visible object.
    pub(crate) fn object(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        handle: ck::CK_OBJECT_HANDLE,
    ) -> Outcome<StoredObject> {
        let (home, slot) = self.token_of(session)?;
        let id = u32::try_from(handle).map_err(|_| NO_OBJECT)?;
        let here = self.session_objects(slot).find(|object| object.id == id).cloned();
        let object = match here {
            Some(object) => object,
            None => home.load()?.object(id).cloned().ok_or(NO_OBJECT)?,
        };
        if self.is_visible(slot, &object) {
            Ok(object)
        } else {
            Err(NO_OBJECT)
        }
    }

    /// The next object of the same class after this one, and after the last the first: what a confused token
    /// answers about.
    pub(crate) fn another(&self, slot: usize, object: StoredObject) -> Outcome<StoredObject> {
        let file = self.token(slot)?.load()?;
        let mut alike: Vec<_> = (file.objects.into_iter())
            .filter(|other| other.attributes.class() == object.attributes.class())
            .collect();
        let place = alike.iter().position(|other| other.id == object.id);
        match place {
            Some(place) => Ok(alike.swap_remove((place + 1) % alike.len())),
            None => Ok(object),
        }
    }

    /// The value of one attribute of an object.
    pub(crate) fn answer(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        object: &StoredObject,
        attribute: ck::CK_ATTRIBUTE_TYPE,
    ) -> Outcome<Answer> {
        if is_class(object, ck::CKO_PRIVATE_KEY) && SECRET.contains(&attribute) {
            return Ok(Answer::Sensitive);
        }
        if attribute == ck::CKA_VALUE && object.sealed_value.is_some() {
            return Ok(Answer::Value(self.open(session, object)?));
        }
        Ok(object
            .attributes
            .native(attribute)
            .map_or(Answer::Unknown, |value| Answer::Value(Zeroizing::new(value))))
    }

    /// The sealed value of an object.
    fn open(&mut self, session: ck::CK_SESSION_HANDLE, object: &StoredObject) -> Outcome<Zeroizing<Vec<u8>>> {
        let (home, slot) = self.token_of(session)?;
        let sealed = object
            .sealed_value
            .as_ref()
            .ok_or(Rv(ck::CKR_KEY_HANDLE_INVALID))?;
        let master = self.user_key(slot).ok_or(Rv(ck::CKR_USER_NOT_LOGGED_IN))?;
        Ok(master.open(&home.load()?.context(), sealed)?)
    }

    /// Keeps new objects, all or none, and returns their handles.
    pub(crate) fn keep(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        objects: Vec<NewObject>,
    ) -> Outcome<Vec<ck::CK_OBJECT_HANDLE>> {
        let (home, slot) = self.token_of(session)?;
        let writable = self.session(session)?.writable;
        for object in &objects {
            if object.attributes.flag(ck::CKA_PRIVATE) && self.user_key(slot).is_none() {
                return Err(Rv(ck::CKR_USER_NOT_LOGGED_IN));
            }
            if object.attributes.flag(ck::CKA_TOKEN) && !writable {
                return Err(Rv(ck::CKR_SESSION_READ_ONLY));
            }
        }
        let (on_token, in_session): (Vec<_>, Vec<_>) =
            (objects.into_iter().enumerate()).partition(|(_, object)| object.attributes.flag(ck::CKA_TOKEN));
        let mut handles = Vec::new();
        if !on_token.is_empty() {
            let master = self.user_key(slot);
            home.update(|file| {
                for (index, object) in on_token {
                    let value = object.private_value.as_ref();
                    let private = value
                        .zip(master)
                        .map(|(value, master)| (master, value.as_slice()));
                    handles.push((index, file.add(object.attributes, private)?));
                }
                Ok(())
            })?;
        }
        let context = home.load()?.context();
        for (index, object) in in_session {
            let value = object.private_value.as_ref().zip(self.user_key(slot));
            let sealed_value = value
                .map(|(value, master)| master.seal(&context, value))
                .transpose()?;
            let id = self.add_session_object(session, |id| StoredObject {
                id,
                attributes: object.attributes,
                sealed_value,
            })?;
            handles.push((index, id));
        }
        handles.sort_unstable();
        Ok(handles
            .into_iter()
            .map(|(_, id)| ck::CK_OBJECT_HANDLE::from(id))
            .collect())
    }

    /// Changes attributes that may change after creation: names, and vendors' own.
    pub(crate) fn change(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        handle: ck::CK_OBJECT_HANDLE,
        changes: &[(ck::CK_ATTRIBUTE_TYPE, Vec<u8>)],
    ) -> Outcome {
        let object = self.object(session, handle)?;
        let home = self.writable_home(session, &object)?;
        if !object.attributes.flag(ck::CKA_MODIFIABLE) {
            return Err(Rv(ck::CKR_ATTRIBUTE_READ_ONLY));
        }
        let mut attributes = object.attributes.clone();
        for (attribute, value) in changes {
            let changeable = matches!(
                *attribute,
                ck::CKA_LABEL | ck::CKA_ID | ck::CKA_SUBJECT | ck::CKA_START_DATE | ck::CKA_END_DATE
            ) || *attribute >= ck::CKA_VENDOR_DEFINED;
            if Kind::of(*attribute).is_none() {
                return Err(Rv(ck::CKR_ATTRIBUTE_TYPE_INVALID));
            }
            if !changeable {
                return Err(Rv(ck::CKR_ATTRIBUTE_READ_ONLY));
            }
            attributes.put_native(*attribute, value)?;
        }
        match home {
            Some(home) => Ok(home.update(|file| {
                let stored = file.objects.iter_mut().find(|stored| stored.id == object.id);
                stored.ok_or(StoreError::NotFound)?.attributes = attributes;
                Ok(())
            })?),
            None => {
                self.session_object_mut(object.id).ok_or(NO_OBJECT)?.attributes = attributes;
                Ok(())
            }
        }
    }

    pub(crate) fn destroy(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        handle: ck::CK_OBJECT_HANDLE,
    ) -> Outcome {
        let object = self.object(session, handle)?;
        match self.writable_home(session, &object)? {
            Some(home) => Ok(home.update(|file| {
                file.objects.retain(|stored| stored.id != object.id);
                Ok(())
            })?),
            None if self.drop_session_object(object.id) => Ok(()),
            None => Err(NO_OBJECT),
        }
    }

    /// The folder to write to for a token object; `None` for a session object.
    fn writable_home(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        object: &StoredObject,
    ) -> Outcome<Option<TokenHome>> {
        if !object.attributes.flag(ck::CKA_TOKEN) {
            return Ok(None);
        }
        if !self.session(session)?.writable {
            return Err(Rv(ck::CKR_SESSION_READ_ONLY));
        }
        Ok(Some(self.token_of(session)?.0))
    }

    /// A private key that may sign.
    pub(crate) fn private_key(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        handle: ck::CK_OBJECT_HANDLE,
    ) -> Outcome<PrivateKey> {
        let object = self.key_object(session, handle, ck::CKO_PRIVATE_KEY)?;
        let value = self.open(session, &object)?;
        PrivateKey::from_object(&object.attributes, &value)
    }

    /// A public key object as a key.
    pub(crate) fn public_key(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        handle: ck::CK_OBJECT_HANDLE,
    ) -> Outcome<PublicKey> {
        let object = self.key_object(session, handle, ck::CKO_PUBLIC_KEY)?;
        PublicKey::from_attributes(key_kind(&object)?, &object.attributes)
    }

    /// An object that must be a key of this class and allowed for its work.
    pub(crate) fn key_object(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        handle: ck::CK_OBJECT_HANDLE,
        class: ck::CK_OBJECT_CLASS,
    ) -> Outcome<StoredObject> {
        let object = match self.object(session, handle) {
            Err(error) if error == NO_OBJECT => return Err(Rv(ck::CKR_KEY_HANDLE_INVALID)),
            other => other?,
        };
        if !is_class(&object, class) {
            return Err(Rv(ck::CKR_KEY_TYPE_INCONSISTENT));
        }
        let usage = if class == ck::CKO_PRIVATE_KEY {
            ck::CKA_SIGN
        } else {
            ck::CKA_VERIFY
        };
        if !object.attributes.flag(usage) {
            return Err(Rv(ck::CKR_KEY_FUNCTION_NOT_PERMITTED));
        }
        Ok(object)
    }
}

/// What a key object is.
pub(crate) fn key_kind(object: &StoredObject) -> Outcome<KeyKind> {
    (object.attributes.number(ck::CKA_KEY_TYPE))
        .and_then(KeyKind::of)
        .ok_or(Rv(ck::CKR_KEY_TYPE_INCONSISTENT))
}

/// How long the signatures of a private key object are.
pub(crate) fn signature_octets(object: &StoredObject) -> Outcome<usize> {
    match key_kind(object)? {
        KeyKind::Gost(size) => Ok(size.signature_octets()),
        KeyKind::P256 => Ok(64),
        KeyKind::Rsa => (object.attributes.octets(ck::CKA_MODULUS))
            .map(<[u8]>::len)
            .ok_or(Rv(ck::CKR_KEY_TYPE_INCONSISTENT)),
    }
}
