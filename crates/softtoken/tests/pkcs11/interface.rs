//! Broken arguments, and the rules of the interface itself.

use std::ptr::{null_mut, without_provenance_mut};

use cryptoki_sys as ck;
use kabinet_gost::ParameterSet;

use crate::common::{Bench, PIN, Template, call, length, plain};

#[test]
fn every_function_is_in_the_list() {
    let bench = Bench::new();
    let module = bench.load();
    assert_eq!((module.list.version.major, module.list.version.minor), (2, 40));
    let size = size_of::<ck::CK_FUNCTION_LIST>() / size_of::<usize>() - 1;
    assert_eq!(size, 68);
    // SAFETY: after the version, padded to a pointer, the structure is 68 pointers.
    let pointers =
        unsafe { std::slice::from_raw_parts((&raw const module.list.C_Initialize).cast::<usize>(), size) };
    assert!(pointers.iter().all(|pointer| *pointer != 0));
}

#[test]
fn initialisation_follows_its_rules() {
    let bench = Bench::new();
    let module = bench.load();
    assert_eq!(
        call!(module, C_Initialize, null_mut()),
        ck::CKR_CRYPTOKI_ALREADY_INITIALIZED
    );
    assert_eq!(
        call!(module, C_Finalize, without_provenance_mut(1)),
        ck::CKR_ARGUMENTS_BAD
    );
    assert_eq!(call!(module, C_Finalize, null_mut()), ck::CKR_OK);
    assert_eq!(
        call!(module, C_Finalize, null_mut()),
        ck::CKR_CRYPTOKI_NOT_INITIALIZED
    );
    let mut count = 0;
    assert_eq!(
        call!(module, C_GetSlotList, 0, null_mut(), &mut count),
        ck::CKR_CRYPTOKI_NOT_INITIALIZED
    );

    unsafe extern "C" fn lock(_: *mut std::ffi::c_void) -> ck::CK_RV {
        ck::CKR_OK
    }
    let mut args = ck::CK_C_INITIALIZE_ARGS {
        LockMutex: Some(lock),
        ..Default::default()
    };
    assert_eq!(
        call!(module, C_Initialize, (&raw mut args).cast()),
        ck::CKR_ARGUMENTS_BAD
    );
    let mut args = ck::CK_C_INITIALIZE_ARGS {
        pReserved: without_provenance_mut(1),
        ..Default::default()
    };
    assert_eq!(
        call!(module, C_Initialize, (&raw mut args).cast()),
        ck::CKR_ARGUMENTS_BAD
    );
    let mut args = ck::CK_C_INITIALIZE_ARGS {
        flags: ck::CKF_OS_LOCKING_OK,
        ..Default::default()
    };
    assert_eq!(call!(module, C_Initialize, (&raw mut args).cast()), ck::CKR_OK);
}

#[test]
fn null_pointers_are_refused() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    let bad = ck::CKR_ARGUMENTS_BAD;
    assert_eq!(call!(module, C_GetInfo, null_mut()), bad);
    assert_eq!(call!(module, C_GetFunctionList, null_mut()), bad);
    assert_eq!(call!(module, C_GetSlotList, 1, null_mut(), null_mut()), bad);
    assert_eq!(call!(module, C_GetSlotInfo, 0, null_mut()), bad);
    assert_eq!(call!(module, C_GetTokenInfo, 0, null_mut()), bad);
    assert_eq!(call!(module, C_GetMechanismList, 0, null_mut(), null_mut()), bad);
    assert_eq!(call!(module, C_GetMechanismInfo, 0, 0x1201, null_mut()), bad);
    assert_eq!(
        call!(module, C_OpenSession, 0, 4, null_mut(), None, null_mut()),
        bad
    );
    assert_eq!(call!(module, C_GetSessionInfo, session, null_mut()), bad);
    assert_eq!(
        call!(module, C_CreateObject, session, null_mut(), 1, null_mut()),
        bad
    );
    assert_eq!(call!(module, C_FindObjectsInit, session, null_mut(), 1), bad);
    assert_eq!(call!(module, C_GenerateRandom, session, null_mut(), 8), bad);
    assert_eq!(call!(module, C_SignInit, session, null_mut(), 1), bad);
    assert_eq!(call!(module, C_DigestInit, session, null_mut()), bad);
    assert_eq!(call!(module, C_InitToken, 1, null_mut(), 8, null_mut()), bad);
    assert_eq!(call!(module, C_WaitForSlotEvent, 1, null_mut(), null_mut()), bad);
    let keys = (null_mut(), null_mut());
    let rv = call!(
        module,
        C_GenerateKeyPair,
        session,
        null_mut(),
        null_mut(),
        0,
        null_mut(),
        0,
        keys.0,
        keys.1
    );
    assert_eq!(rv, bad);
}

#[test]
fn huge_counts_are_refused() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    let mut template = Template::class(ck::CKO_DATA).attributes();
    let mut object = 0;
    for count in [1 << 32, ck::CK_ULONG::MAX, ck::CK_ULONG::MAX / 24] {
        let pointer = template.as_mut_ptr();
        assert_eq!(
            call!(module, C_FindObjectsInit, session, pointer, count),
            ck::CKR_ARGUMENTS_BAD
        );
        assert_eq!(
            call!(module, C_CreateObject, session, pointer, count, &mut object),
            ck::CKR_ARGUMENTS_BAD
        );
        assert_eq!(
            call!(module, C_GetAttributeValue, session, 1, pointer, count),
            ck::CKR_OBJECT_HANDLE_INVALID
        );
        assert_eq!(
            call!(module, C_GenerateRandom, session, null_mut(), count),
            ck::CKR_ARGUMENTS_BAD
        );
        assert_eq!(
            call!(module, C_Login, session, ck::CKU_SO, pointer.cast(), count),
            ck::CKR_ARGUMENTS_BAD
        );
        let mut mechanism = ck::CK_MECHANISM {
            mechanism: 0x1201,
            pParameter: pointer.cast(),
            ulParameterLen: count,
        };
        assert_eq!(
            call!(module, C_SignInit, session, &mut mechanism, 1),
            ck::CKR_MECHANISM_PARAM_INVALID
        );
    }
    // A value of impossible length.
    template[0].ulValueLen = ck::CK_ULONG::MAX;
    let rv = call!(
        module,
        C_CreateObject,
        session,
        template.as_mut_ptr(),
        1,
        &mut object
    );
    assert_eq!(rv, ck::CKR_ATTRIBUTE_VALUE_INVALID);
}

#[test]
fn unknown_handles_slots_and_users_are_refused() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    let mut info = ck::CK_SLOT_INFO::default();
    assert_eq!(
        call!(module, C_GetSlotInfo, 4, &mut info),
        ck::CKR_SLOT_ID_INVALID
    );
    assert_eq!(
        call!(module, C_GetSlotInfo, ck::CK_ULONG::MAX, &mut info),
        ck::CKR_SLOT_ID_INVALID
    );
    assert_eq!(call!(module, C_CloseSession, 0), ck::CKR_SESSION_HANDLE_INVALID);
    assert_eq!(
        call!(module, C_Logout, ck::CK_ULONG::MAX),
        ck::CKR_SESSION_HANDLE_INVALID
    );
    assert_eq!(module.login(session, 9, PIN), ck::CKR_USER_TYPE_INVALID);
    assert_eq!(
        module.login(session, ck::CKU_USER, PIN),
        ck::CKR_USER_ALREADY_LOGGED_IN
    );
    assert_eq!(
        module.attribute(session, ck::CK_ULONG::MAX - 1, ck::CKA_LABEL),
        Err(ck::CKR_OBJECT_HANDLE_INVALID)
    );
    let mut handle = 0;
    let rv = call!(
        module,
        C_OpenSession,
        0,
        ck::CKF_RW_SESSION,
        null_mut(),
        None,
        &mut handle
    );
    assert_eq!(rv, ck::CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    let rv = call!(
        module,
        C_OpenSession,
        3,
        ck::CKF_SERIAL_SESSION,
        null_mut(),
        None,
        &mut handle
    );
    assert_eq!(rv, ck::CKR_TOKEN_NOT_PRESENT);
    assert_eq!(
        call!(module, C_GetFunctionStatus, session),
        ck::CKR_FUNCTION_NOT_PARALLEL
    );
    assert_eq!(
        call!(module, C_EncryptInit, session, null_mut(), 0),
        ck::CKR_FUNCTION_NOT_SUPPORTED
    );
}

#[test]
fn a_question_about_the_size_and_a_small_buffer_keep_the_operation_and_an_error_ends_it() {
    let bench = Bench::new();
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    assert_eq!(
        call!(module, C_SignInit, session, &mut plain(0x1201), key),
        ck::CKR_OK
    );
    assert_eq!(
        call!(module, C_SignInit, session, &mut plain(0x1201), key),
        ck::CKR_OPERATION_ACTIVE
    );
    let data = [1u8; 32];
    let sign = |data: &[u8], out: *mut u8, count: &mut ck::CK_ULONG| {
        call!(
            module,
            C_Sign,
            session,
            data.as_ptr().cast_mut(),
            length(data),
            out,
            count
        )
    };
    let (mut count, mut buffer) = (0, [0u8; 64]);
    assert_eq!((sign(&data, null_mut(), &mut count), count), (ck::CKR_OK, 64));
    count = 63;
    assert_eq!(
        (sign(&data, buffer.as_mut_ptr(), &mut count), count),
        (ck::CKR_BUFFER_TOO_SMALL, 64)
    );
    assert_eq!(buffer, [0; 64]);
    assert_eq!(sign(&data, buffer.as_mut_ptr(), &mut count), ck::CKR_OK);
    assert_eq!(
        sign(&data, buffer.as_mut_ptr(), &mut count),
        ck::CKR_OPERATION_NOT_INITIALIZED
    );

    assert_eq!(
        call!(module, C_SignInit, session, &mut plain(0x1201), key),
        ck::CKR_OK
    );
    assert_eq!(
        sign(&data[1..], buffer.as_mut_ptr(), &mut count),
        ck::CKR_DATA_LEN_RANGE
    );
    assert_eq!(
        sign(&data, buffer.as_mut_ptr(), &mut count),
        ck::CKR_OPERATION_NOT_INITIALIZED
    );
}

#[test]
fn closing_the_last_session_logs_out_and_a_new_session_shares_the_login() {
    let bench = Bench::new();
    let module = bench.load();
    let first = module.user();
    let second = module.open(0);
    let state = |session| {
        let mut info = ck::CK_SESSION_INFO::default();
        assert_eq!(call!(module, C_GetSessionInfo, session, &mut info), ck::CKR_OK);
        info.state
    };
    assert_eq!(
        (state(first), state(second)),
        (ck::CKS_RW_USER_FUNCTIONS, ck::CKS_RO_USER_FUNCTIONS)
    );
    assert_eq!(call!(module, C_CloseSession, first), ck::CKR_OK);
    assert_eq!(state(second), ck::CKS_RO_USER_FUNCTIONS);
    assert_eq!(call!(module, C_CloseAllSessions, 0), ck::CKR_OK);
    assert_eq!(state(module.open(0)), ck::CKS_RO_PUBLIC_SESSION);
}

#[test]
fn random_octets_are_random() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(0);
    let (mut one, mut other) = ([0u8; 32], [0u8; 32]);
    assert_eq!(
        call!(module, C_GenerateRandom, session, one.as_mut_ptr(), 32),
        ck::CKR_OK
    );
    assert_eq!(
        call!(module, C_GenerateRandom, session, other.as_mut_ptr(), 32),
        ck::CKR_OK
    );
    assert_ne!(one, other);
}
