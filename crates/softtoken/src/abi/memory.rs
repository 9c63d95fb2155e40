//! The only place where a caller's pointers are followed, after every check that can be made.

use cryptoki_sys as ck;
use zeroize::Zeroizing;

use crate::{
    faults,
    rv::{Outcome, Rv},
    store::Attributes,
};

/// No real template is longer; a longer one is a broken count.
const MAX_ATTRIBUTES: usize = 256;
/// No real attribute is longer.
const MAX_ATTRIBUTE_OCTETS: usize = 1 << 20;
/// No buffer of a token call is longer.
const MAX_OCTETS: usize = 1 << 30;

const BAD_ARGUMENTS: Rv = Rv(ck::CKR_ARGUMENTS_BAD);

/// `count` octets at `data`.
///
/// # Safety
/// If `data` is not null, `count` octets at it are readable until the call returns.
pub(super) unsafe fn octets<'a>(data: *const u8, count: ck::CK_ULONG) -> Outcome<&'a [u8]> {
    let count = usize::try_from(count)
        .ok()
        .filter(|count| *count <= MAX_OCTETS)
        .ok_or(BAD_ARGUMENTS)?;
    if count == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(BAD_ARGUMENTS);
    }
    // SAFETY: not null, and readable as the caller of this function promises.
    Ok(unsafe { std::slice::from_raw_parts(data, count) })
}

/// `count` octets to be written at `data`.
///
/// # Safety
/// If `data` is not null, `count` octets at it are writable until the call returns.
pub(super) unsafe fn octets_mut<'a>(data: *mut u8, count: ck::CK_ULONG) -> Outcome<&'a mut [u8]> {
    let count = usize::try_from(count)
        .ok()
        .filter(|count| *count <= MAX_OCTETS)
        .ok_or(BAD_ARGUMENTS)?;
    if count == 0 {
        return Ok(&mut []);
    }
    if data.is_null() {
        return Err(BAD_ARGUMENTS);
    }
    // SAFETY: not null, and writable as the caller of this function promises.
    Ok(unsafe { std::slice::from_raw_parts_mut(data, count) })
}

/// Writes one value.
///
/// # Safety
/// If `place` is not null, it is writable; it may be unaligned.
pub(super) unsafe fn put<T>(place: *mut T, value: T) -> Outcome {
    if place.is_null() {
        return Err(BAD_ARGUMENTS);
    }
    // SAFETY: not null, and writable as the caller of this function promises.
    unsafe { place.write_unaligned(value) };
    Ok(())
}

/// Writes a structure that tells something; a fault may make rubbish of it.
///
/// # Safety
/// As [`put`]; `T` has no meaning for its octets but numbers and text.
pub(super) unsafe fn put_structure<T>(place: *mut T, value: T) -> Outcome {
    // SAFETY: the caller's promise.
    unsafe { put(place, value) }?;
    // SAFETY: just written.
    unsafe { spoil(place.cast(), size_of::<T>()) };
    Ok(())
}

/// Rubbish over what was told, if a fault asks for it.
///
/// # Safety
/// `count` octets at `place` are writable.
unsafe fn spoil(place: *mut u8, count: usize) {
    for (index, octet) in faults::garbage().into_iter().flatten().take(count).enumerate() {
        // SAFETY: within the count the caller of this function promises.
        unsafe { place.add(index).write(octet) };
    }
}

/// Reads one value.
///
/// # Safety
/// If `place` is not null, it holds a valid `T`; it may be unaligned.
pub(super) unsafe fn take<T: Copy>(place: *const T) -> Outcome<T> {
    if place.is_null() {
        return Err(BAD_ARGUMENTS);
    }
    // SAFETY: not null, and readable as the caller of this function promises.
    Ok(unsafe { place.read_unaligned() })
}

/// Whether the caller gave room for an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Only the size was asked for; it is written.
    SizeOnly,
    /// Write the answer to the caller's buffer.
    Enough,
}

/// The two-call convention (PKCS #11 2.40 §5.2): writes the needed count, and says whether to go on.
///
/// # Safety
/// `count`, if not null, is readable and writable.
pub(super) unsafe fn room<T>(out: *mut T, count: *mut ck::CK_ULONG, needed: usize) -> Outcome<Room> {
    let needed = ck::CK_ULONG::try_from(needed).map_err(|_| Rv(ck::CKR_GENERAL_ERROR))?;
    // SAFETY: both calls check for null and rely on the caller's promise.
    let given = unsafe { take(count) }?;
    unsafe { put(count, faults::told_count(needed)) }?;
    if out.is_null() {
        Ok(Room::SizeOnly)
    } else if given < needed {
        Err(Rv(ck::CKR_BUFFER_TOO_SMALL))
    } else {
        Ok(Room::Enough)
    }
}

/// Writes a list after [`room`] said there is enough.
///
/// # Safety
/// `out` has room for all values.
pub(super) unsafe fn put_all<T: Copy>(out: *mut T, values: &[T]) {
    for (index, value) in values.iter().enumerate() {
        // SAFETY: within the room the caller of this function promises.
        unsafe { out.add(index).write_unaligned(*value) };
    }
    // SAFETY: as above.
    unsafe { spoil(out.cast(), size_of_val(values)) };
}

/// Answers with a list of values by the two-call convention.
///
/// # Safety
/// `count` as in [`room`]; `out`, if not null, has room for as many values as `count` says.
pub(super) unsafe fn answer<T: Copy>(out: *mut T, count: *mut ck::CK_ULONG, values: &[T]) -> Outcome {
    // SAFETY: the caller's promise, and `room` compared the sizes.
    if unsafe { room(out, count, values.len()) }? == Room::Enough {
        unsafe { put_all(out, values) };
    }
    Ok(())
}

/// The attribute structures of a template, copied out: on Windows they are packed.
///
/// # Safety
/// If `template` is not null, `count` structures at it are readable.
pub(super) unsafe fn template(
    template: *const ck::CK_ATTRIBUTE,
    count: ck::CK_ULONG,
) -> Outcome<Vec<ck::CK_ATTRIBUTE>> {
    let count = usize::try_from(count)
        .ok()
        .filter(|count| *count <= MAX_ATTRIBUTES)
        .ok_or(BAD_ARGUMENTS)?;
    if count > 0 && template.is_null() {
        return Err(BAD_ARGUMENTS);
    }
    // SAFETY: within the count the caller of this function promises.
    Ok((0..count)
        .map(|index| unsafe { template.add(index).read_unaligned() })
        .collect())
}

/// Types and values of a template that says what something is, not what is asked.
///
/// # Safety
/// As [`template`], and each value is readable for its length.
pub(super) unsafe fn values(
    template: *const ck::CK_ATTRIBUTE,
    count: ck::CK_ULONG,
) -> Outcome<Vec<(ck::CK_ATTRIBUTE_TYPE, Vec<u8>)>> {
    // SAFETY: the caller's promise.
    unsafe { self::template(template, count) }?
        .into_iter()
        .map(|attribute| {
            let length = attribute.ulValueLen;
            if usize::try_from(length).map_or(true, |length| length > MAX_ATTRIBUTE_OCTETS) {
                return Err(Rv(ck::CKR_ATTRIBUTE_VALUE_INVALID));
            }
            // SAFETY: the caller's promise.
            let value = unsafe { octets(attribute.pValue.cast(), length) };
            Ok((
                attribute.type_,
                value.map_err(|_| Rv(ck::CKR_ATTRIBUTE_VALUE_INVALID))?.to_vec(),
            ))
        })
        .collect()
}

/// A template as attributes.
///
/// # Safety
/// As [`values`].
pub(super) unsafe fn attributes(
    template: *const ck::CK_ATTRIBUTE,
    count: ck::CK_ULONG,
) -> Outcome<Attributes> {
    let mut attributes = Attributes::default();
    // SAFETY: the caller's promise.
    for (attribute, value) in unsafe { values(template, count) }? {
        let value = Zeroizing::new(value);
        if attributes.octets(attribute).is_some() {
            return Err(Rv(ck::CKR_TEMPLATE_INCONSISTENT));
        }
        attributes.put_native(attribute, &value)?;
    }
    Ok(attributes)
}
