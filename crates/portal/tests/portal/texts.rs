//! Every code has its text, and the text asks for nothing the error does not give.

use std::collections::{BTreeMap, BTreeSet};

use kabinet_portal::archive::ArchiveError;
use kabinet_portal::cabinet::{CabinetError, CabinetRefusal, Refused, StepUp};
use kabinet_portal::esia::{EsiaCode, EsiaError, IdTokenFault, SystemKeyError, SystemSetupError};
use kabinet_portal::{ApiKey, ConnectFault, LostReason, PortalError, ProtocolFault, Refusal, SetupError};
use serde_json::Value;

const LOCALES: [&str; 2] = [
    include_str!("../../../../assets/locales/ru.json"),
    include_str!("../../../../assets/locales/en.json"),
];

fn portal_errors() -> Vec<PortalError> {
    let reason = LostReason::Timeout;
    let mut errors = vec![
        PortalError::Unreachable {
            reason: ConnectFault::Dns,
        },
        PortalError::ServerUntrusted,
        PortalError::ProxyRefused,
        PortalError::OutcomeUnknown {
            reason,
            retry_after: None,
        },
        PortalError::Unavailable {
            reason,
            retry_after: None,
        },
        PortalError::Unauthorized,
        PortalError::KeyUnknown,
        PortalError::CertificateRefused {
            http: 400,
            code: None,
            message: None,
        },
        PortalError::KeyBlocked,
        PortalError::KeyOfOther { code: String::new() },
        PortalError::TokenOfOtherPortal,
        PortalError::ClockSkew,
        PortalError::RateLimited { retry_after: None },
        PortalError::NotFound,
        PortalError::Protocol {
            what: ProtocolFault::NotJson,
        },
        PortalError::HostNotAllowed {
            host: "example.org".to_owned(),
        },
        PortalError::TooLarge { limit: 50_000_000 },
        PortalError::UploadWindowExpired,
        PortalError::UploadBroken {
            chunk: 1,
            chunks: 3,
            cause: Box::new(PortalError::RateLimited { retry_after: None }),
        },
        PortalError::File {
            kind: std::io::ErrorKind::NotFound,
        },
    ];
    errors.extend(
        Refusal::published()
            .chain([Refusal::Other("new".to_owned())])
            .map(|refusal| PortalError::Refused {
                http: 403,
                refusal,
                message: None,
            }),
    );
    errors
}

fn esia_errors() -> Vec<EsiaError> {
    use EsiaCode as C;
    let mut errors = vec![
        EsiaError::TimedOut,
        EsiaError::NoReceiver(std::io::ErrorKind::AddrInUse),
        EsiaError::OtherState,
        EsiaError::Incomplete("id_token"),
        EsiaError::IdToken(IdTokenFault::Nonce),
        EsiaError::OtherOrganisation,
        EsiaError::OtherEnvironment,
        EsiaError::Ended,
        EsiaError::Key(SystemKeyError),
    ];
    let codes = [
        C::System,
        C::RedirectAddress,
        C::Request,
        C::Denied,
        C::Unavailable,
        C::GrantSpent,
        C::Clock,
        C::NoPermission,
        C::SecondFactor,
        C::NotConfirmed,
        C::NotEmployee,
        C::Consent,
        C::ScopeNotAllowed,
        C::Other,
    ];
    errors.extend(codes.map(|code| EsiaError::Refused {
        code,
        name: "ESIA-007003".to_owned(),
        message: None,
    }));
    errors
}

/// Code and names of the parameters.
fn all_codes() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut codes: BTreeMap<_, BTreeSet<_>> = portal_errors()
        .iter()
        .map(|e| (e.code(), e.params().into_keys().collect()))
        .collect();
    let url = String::new();
    for error in [
        SetupError::Url { url: url.clone() },
        SetupError::Insecure { url },
        SetupError::RootUnreadable,
        SetupError::NoRoots,
        SetupError::Client,
        SetupError::Proxy,
        SetupError::Gateway,
    ] {
        codes.insert(error.code(), error.params().into_keys().collect());
    }
    let name = String::new();
    for error in [
        ArchiveError::Empty,
        ArchiveError::Name { name: name.clone() },
        ArchiveError::Duplicate { name: name.clone() },
        ArchiveError::File {
            name,
            kind: std::io::ErrorKind::NotFound,
        },
    ] {
        codes.insert(error.code(), error.params().into_keys().collect());
    }
    for error in esia_errors() {
        codes.insert(error.code(), error.params().into_keys().collect());
    }
    for error in [
        SystemSetupError::Redirect(String::new()),
        SystemSetupError::Certificates,
        SystemSetupError::ClientId,
    ] {
        codes.insert(error.code(), BTreeSet::new());
    }
    codes.insert(ApiKey::parse("").unwrap_err().code(), BTreeSet::new());
    for error in cabinet_errors() {
        codes.insert(error.code(), error.params().into_keys().collect());
    }
    codes
}

fn cabinet_errors() -> Vec<CabinetError> {
    let refused = CabinetRefusal::all().chain([CabinetRefusal::from_name("new")]);
    let refused = refused.map(|refusal| {
        CabinetError::Refused(Box::new(Refused {
            http: 403,
            refusal,
            message: None,
            fields: Vec::new(),
            retry_after: None,
            support: None,
            attempts_left: None,
            until: None,
            permission: None,
            orders: Vec::new(),
            waiting_files: 0,
        }))
    });
    let step_up = StepUp {
        id: String::new(),
        operation: String::new(),
        title: None,
        factors: Vec::new(),
        all: Vec::new(),
        expires: None,
        bytes_to_sign: None,
    };
    refused
        .chain([CabinetError::Absent, CabinetError::StepUp(Box::new(step_up))])
        .collect()
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .map(|rest| rest.split("}}").next().unwrap())
        .collect()
}

#[test]
fn every_code_says_what_happened_why_and_what_to_do() {
    for locale in LOCALES {
        let locale: Value = serde_json::from_str(locale).unwrap();
        for (code, params) in all_codes() {
            let entry = code.split('.').fold(&locale["errors"], |value, key| &value[key]);
            for part in ["what", "why", "todo"] {
                let text = entry[part]
                    .as_str()
                    .unwrap_or_else(|| panic!("errors.{code}.{part}"));
                assert!(!text.trim().is_empty(), "errors.{code}.{part}");
                let asked = placeholders(text);
                assert!(
                    asked.is_subset(&params),
                    "errors.{code}.{part}: {asked:?} of {params:?}"
                );
            }
        }
    }
}

#[test]
fn a_silent_refusal_is_quoted_by_its_code() {
    let refused = |refusal| {
        PortalError::Refused {
            http: 403,
            refusal,
            message: None,
        }
        .params()["message"]
            .clone()
    };
    assert_eq!(refused(Refusal::BadDelegation), "bad_delegation");
    assert_eq!(refused(Refusal::Other(String::new())), "HTTP 403");
    let error = PortalError::CertificateRefused {
        http: 400,
        code: Some("ESIA-007002".to_owned()),
        message: None,
    };
    assert_eq!(error.params()["message"], "ESIA-007002");
}

#[test]
fn a_broken_upload_that_needs_someones_hand_speaks_of_its_cause() {
    let broken = |cause| PortalError::UploadBroken {
        chunk: 1,
        chunks: 3,
        cause: Box::new(cause),
    };
    assert_eq!(broken(PortalError::Unauthorized).code(), "portal.unauthorized");
    let lost = PortalError::OutcomeUnknown {
        reason: LostReason::Timeout,
        retry_after: None,
    };
    assert_eq!(broken(lost).code(), "portal.upload-broken");
}
