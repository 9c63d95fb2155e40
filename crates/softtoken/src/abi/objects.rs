//! Objects.

use cryptoki_sys as ck;

use super::{entries, memory};
use crate::{
    faults,
    module::{self, Module},
    object::Answer,
    rv::{Outcome, Rv},
    template,
};

/// Answers one attribute: writes the value or its length, and says what went wrong.
unsafe fn fill(place: *mut ck::CK_ATTRIBUTE, mut attribute: ck::CK_ATTRIBUTE, answer: Answer) -> Outcome {
    let (length, outcome) = match answer {
        Answer::Sensitive => (
            ck::CK_UNAVAILABLE_INFORMATION,
            Err(Rv(ck::CKR_ATTRIBUTE_SENSITIVE)),
        ),
        Answer::Unknown => (
            ck::CK_UNAVAILABLE_INFORMATION,
            Err(Rv(ck::CKR_ATTRIBUTE_TYPE_INVALID)),
        ),
        Answer::Value(value) => {
            let needed = ck::CK_ULONG::try_from(value.len()).map_err(|_| Rv(ck::CKR_GENERAL_ERROR))?;
            let told = faults::told_count(needed);
            if attribute.pValue.is_null() {
                (told, Ok(()))
            } else if attribute.ulValueLen < needed {
                (ck::CK_UNAVAILABLE_INFORMATION, Err(Rv(ck::CKR_BUFFER_TOO_SMALL)))
            } else {
                // SAFETY: the caller's buffer has at least this length.
                unsafe { memory::put_all(attribute.pValue.cast(), value.as_slice()) };
                (told, Ok(()))
            }
        }
    };
    attribute.ulValueLen = length;
    // SAFETY: a member of the caller's template.
    unsafe { memory::put(place, attribute) }?;
    outcome
}

/// Keeps one new object.
fn create(
    module: &mut Module,
    session: ck::CK_SESSION_HANDLE,
    attributes: crate::store::Attributes,
) -> Outcome<ck::CK_OBJECT_HANDLE> {
    let profile = module.token_of(session)?.0.load()?.profile;
    let object = template::new_object(attributes, &profile)?;
    module
        .keep(session, vec![object])?
        .into_iter()
        .next()
        .ok_or(Rv(ck::CKR_GENERAL_ERROR))
}

entries! {
    fn C_CreateObject(
        session: ck::CK_SESSION_HANDLE,
        template: *mut ck::CK_ATTRIBUTE,
        count: ck::CK_ULONG,
        object: *mut ck::CK_OBJECT_HANDLE,
    ) {
        let handle = module::with(|module| {
            module.session(session)?;
            if object.is_null() || template.is_null() {
                return Err(Rv(ck::CKR_ARGUMENTS_BAD));
            }
            create(module, session, memory::attributes(template, count)?)
        })?;
        memory::put(object, handle)
    }

    fn C_DestroyObject(session: ck::CK_SESSION_HANDLE, object: ck::CK_OBJECT_HANDLE) {
        module::with(|module| module.destroy(session, object))
    }

    fn C_GetObjectSize(session: ck::CK_SESSION_HANDLE, object: ck::CK_OBJECT_HANDLE, size: *mut ck::CK_ULONG) {
        module::with(|module| module.object(session, object).map(drop))?;
        memory::put(size, ck::CK_UNAVAILABLE_INFORMATION)
    }

    fn C_GetAttributeValue(
        session: ck::CK_SESSION_HANDLE,
        object: ck::CK_OBJECT_HANDLE,
        template: *mut ck::CK_ATTRIBUTE,
        count: ck::CK_ULONG,
    ) {
        module::with(|module| {
            let mut object = module.object(session, object)?;
            if faults::is_about_another() {
                let slot = module.session(session)?.slot;
                object = module.another(slot, object)?;
            }
            let attributes = memory::template(template, count)?;
            if attributes.is_empty() {
                return Err(Rv(ck::CKR_ARGUMENTS_BAD));
            }
            // Every attribute is answered; the worst news is told last.
            let mut outcome = Ok(());
            for (index, attribute) in attributes.into_iter().enumerate() {
                let answer = module.answer(session, &object, attribute.type_)?;
                outcome = fill(template.add(index), attribute, answer).and(outcome);
            }
            outcome
        })
    }

    fn C_SetAttributeValue(
        session: ck::CK_SESSION_HANDLE,
        object: ck::CK_OBJECT_HANDLE,
        template: *mut ck::CK_ATTRIBUTE,
        count: ck::CK_ULONG,
    ) {
        module::with(|module| {
            module.session(session)?;
            let changes = memory::values(template, count)?;
            module.change(session, object, &changes)
        })
    }

    fn C_FindObjectsInit(session: ck::CK_SESSION_HANDLE, template: *mut ck::CK_ATTRIBUTE, count: ck::CK_ULONG) {
        module::with(|module| {
            if module.session(session)?.search.is_some() {
                return Err(Rv(ck::CKR_OPERATION_ACTIVE));
            }
            let found = module.find(session, &memory::attributes(template, count)?)?;
            module.session(session)?.search = Some(found.into());
            Ok(())
        })
    }

    fn C_FindObjects(
        session: ck::CK_SESSION_HANDLE,
        objects: *mut ck::CK_OBJECT_HANDLE,
        max: ck::CK_ULONG,
        count: *mut ck::CK_ULONG,
    ) {
        module::with(|module| {
            let search = module.session(session)?.search.as_mut().ok_or(Rv(ck::CKR_OPERATION_NOT_INITIALIZED))?;
            if count.is_null() || objects.is_null() {
                return Err(Rv(ck::CKR_ARGUMENTS_BAD));
            }
            let room = usize::try_from(max).unwrap_or(usize::MAX).min(search.len());
            let found: Vec<_> = search.drain(..room).collect();
            memory::put_all(objects, &found);
            let told = ck::CK_ULONG::try_from(room).map_err(|_| Rv(ck::CKR_GENERAL_ERROR))?;
            memory::put(count, faults::told_count(told))
        })
    }

    fn C_FindObjectsFinal(session: ck::CK_SESSION_HANDLE) {
        module::with(|module| {
            module.session(session)?.search.take().map(drop).ok_or(Rv(ck::CKR_OPERATION_NOT_INITIALIZED))
        })
    }
}
