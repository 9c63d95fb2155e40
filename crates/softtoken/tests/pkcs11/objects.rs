//! Objects: what may be made, who sees it, what is told about it.

use std::ptr::null_mut;

use cryptoki_sys as ck;
use kabinet_gost::ParameterSet;

use crate::common::{Bench, PIN, Template, call, length};

fn data(label: &str, private: bool) -> Template {
    Template::class(ck::CKO_DATA)
        .flag(ck::CKA_TOKEN, true)
        .flag(ck::CKA_PRIVATE, private)
        .octets(ck::CKA_LABEL, label.as_bytes())
        .octets(ck::CKA_VALUE, "содержимое".as_bytes())
}

#[test]
fn private_objects_are_seen_only_by_the_owner_and_are_sealed_on_disk() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    assert_eq!(
        module.create(session, &data("secret", true)),
        Err(ck::CKR_USER_NOT_LOGGED_IN)
    );
    assert_eq!(module.login(session, ck::CKU_USER, PIN), ck::CKR_OK);
    let secret = module.create(session, &data("secret", true)).expect("creates");
    let open = module.create(session, &data("open", false)).expect("creates");
    assert_eq!(
        module.attribute(session, secret, ck::CKA_VALUE),
        Ok("содержимое".as_bytes().to_vec())
    );
    assert_eq!(call!(module, C_Logout, session), ck::CKR_OK);
    assert_eq!(module.find(session, &Template::class(ck::CKO_DATA)), [open]);
    assert_eq!(
        module.attribute(session, secret, ck::CKA_LABEL),
        Err(ck::CKR_OBJECT_HANDLE_INVALID)
    );

    let file = std::fs::read_to_string(bench.token().path().join("token.json")).expect("reads");
    assert_eq!(file.matches(&hex::encode("содержимое")).count(), 1);
}

#[test]
fn objects_survive_a_restart_and_session_objects_do_not() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    module.create(session, &data("kept", false)).expect("creates");
    let passing = Template::class(ck::CKO_DATA).octets(ck::CKA_LABEL, b"passing");
    let handle = module.create(session, &passing).expect("creates");
    assert_eq!(module.find(session, &Template::class(ck::CKO_DATA)).len(), 2);
    assert_eq!(call!(module, C_DestroyObject, session, handle), ck::CKR_OK);
    module.create(session, &passing).expect("creates");
    drop(module);

    let module = bench.load();
    let session = module.open(0);
    let found = module.find(session, &Template::class(ck::CKO_DATA));
    assert_eq!(found.len(), 1);
    assert_eq!(
        module.attribute(session, found[0], ck::CKA_LABEL),
        Ok(b"kept".to_vec())
    );
    assert_eq!(
        call!(module, C_DestroyObject, session, found[0]),
        ck::CKR_SESSION_READ_ONLY
    );
    let session = module.open(ck::CKF_RW_SESSION);
    assert_eq!(call!(module, C_DestroyObject, session, found[0]), ck::CKR_OK);
    assert_eq!(
        call!(module, C_DestroyObject, session, found[0]),
        ck::CKR_OBJECT_HANDLE_INVALID
    );
}

#[test]
fn templates_that_say_too_little_or_too_much_are_refused() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    let refused = |template: Template| module.create(session, &template).expect_err("refused");
    assert_eq!(
        refused(Template::new().octets(ck::CKA_LABEL, b"no class")),
        ck::CKR_TEMPLATE_INCOMPLETE
    );
    assert_eq!(
        refused(Template::class(ck::CKO_CERTIFICATE)),
        ck::CKR_TEMPLATE_INCOMPLETE
    );
    assert_eq!(
        refused(Template::class(ck::CKO_SECRET_KEY)),
        ck::CKR_ATTRIBUTE_VALUE_INVALID
    );
    assert_eq!(
        refused(data("", false).flag(ck::CKA_LOCAL, true)),
        ck::CKR_ATTRIBUTE_READ_ONLY
    );
    assert_eq!(
        refused(data("", false).octets(ck::CKA_LABEL, b"twice")),
        ck::CKR_TEMPLATE_INCONSISTENT
    );
    assert_eq!(
        refused(data("", false).octets(0x7FFF_0000, b"?")),
        ck::CKR_ATTRIBUTE_TYPE_INVALID
    );
    assert_eq!(
        refused(data("", false).octets(ck::CKA_MODIFIABLE, b"")),
        ck::CKR_ATTRIBUTE_VALUE_INVALID
    );
    let read_only = module.open(0);
    assert_eq!(
        module.create(read_only, &data("", false)),
        Err(ck::CKR_SESSION_READ_ONLY)
    );
}

#[test]
fn every_attribute_of_a_request_is_answered_even_if_one_cannot_be() {
    let bench = Bench::new();
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x07", "ключ")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(
        session,
        &Template::class(ck::CKO_PRIVATE_KEY).octets(ck::CKA_ID, b"\x07"),
    )[0];
    let (mut id, mut class, mut small) = ([0u8; 8], 0 as ck::CK_ULONG, [0u8; 1]);
    let width = ck::CK_ULONG::try_from(size_of::<ck::CK_ULONG>()).expect("small");
    let mut request = [
        ck::CK_ATTRIBUTE {
            type_: ck::CKA_VALUE,
            pValue: id.as_mut_ptr().cast(),
            ulValueLen: 8,
        },
        ck::CK_ATTRIBUTE {
            type_: ck::CKA_ID,
            pValue: id.as_mut_ptr().cast(),
            ulValueLen: 8,
        },
        ck::CK_ATTRIBUTE {
            type_: ck::CKA_LABEL,
            pValue: small.as_mut_ptr().cast(),
            ulValueLen: 1,
        },
        ck::CK_ATTRIBUTE {
            type_: ck::CKA_MODULUS,
            pValue: null_mut(),
            ulValueLen: 0,
        },
        ck::CK_ATTRIBUTE {
            type_: ck::CKA_LABEL,
            pValue: null_mut(),
            ulValueLen: 0,
        },
        ck::CK_ATTRIBUTE {
            type_: ck::CKA_CLASS,
            pValue: (&raw mut class).cast(),
            ulValueLen: width,
        },
    ];
    let rv = call!(
        module,
        C_GetAttributeValue,
        session,
        key,
        request.as_mut_ptr(),
        length(&request)
    );
    assert_ne!(rv, ck::CKR_OK);
    let none = ck::CK_UNAVAILABLE_INFORMATION;
    let lengths: Vec<_> = request.iter().map(|attribute| attribute.ulValueLen).collect();
    assert_eq!(lengths, [none, 1, none, none, 8, width]);
    assert_eq!((id[0], class), (7, ck::CKO_PRIVATE_KEY));
}

#[test]
fn names_change_and_nothing_else_does() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    let object = module.create(session, &data("old", false)).expect("creates");
    let set = |template: Template| {
        let mut attributes = template.attributes();
        call!(
            module,
            C_SetAttributeValue,
            session,
            object,
            attributes.as_mut_ptr(),
            length(&attributes)
        )
    };
    assert_eq!(set(Template::new().octets(ck::CKA_LABEL, b"new")), ck::CKR_OK);
    assert_eq!(
        module.attribute(session, object, ck::CKA_LABEL),
        Ok(b"new".to_vec())
    );
    assert_eq!(
        set(Template::new().flag(ck::CKA_PRIVATE, true)),
        ck::CKR_ATTRIBUTE_READ_ONLY
    );
}
