//! Tokens of ЕСИА: JWT signed with `GOST3410_2012_256` over `header.payload` (s ‖ r, url-safe Base64), identity tokens
//! with RS256 if the settings say so.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rs256::{Rs256, Rs256Error};
use crate::authority::{AuthorityError, Signatory};

/// `iss` of every token.
pub(crate) const ISSUER: &str = "http://esia.gosuslugi.ru/";
const ALGORITHM: &str = "GOST3410_2012_256";

/// Payload of an access token, as far as this portal uses it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) iss: String,
    /// Mnemonic of the information system.
    pub(crate) client_id: String,
    pub(crate) scope: String,
    /// The organisation it speaks for, if for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org_oid: Option<i64>,
    #[serde(rename = "urn:esia:sid")]
    pub(crate) session: String,
    /// The person; a system's own token has none.
    #[serde(default, rename = "urn:esia:sbj_id", skip_serializing_if = "Option::is_none")]
    pub(crate) person_oid: Option<i64>,
}

impl AccessClaims {
    /// Whether a scope of a person was granted.
    pub(crate) fn has_scope(&self, name: &str) -> bool {
        self.scope
            .split(' ')
            .any(|scope| scope.split_once('?').map_or(scope, |(name, _)| name) == name)
    }

    /// Whether a scope of this organisation was granted.
    pub(crate) fn has_organisation_scope(&self, name: &str, org_oid: u64) -> bool {
        let wanted = super::scopes::full_name(name, org_oid);
        self.scope.split(' ').any(|scope| scope == wanted)
    }
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// Not ours, or altered.
    Invalid,
    /// Its time is over or has not come.
    Expired,
    /// Its session was ended.
    Ended,
}

/// Who a person is, for the system that asked (OpenID Connect Core, 2; members as ЕСИА names them).
pub(crate) struct Identification<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) person_oid: i64,
    pub(crate) confirmed: bool,
    pub(crate) session: &'a str,
    pub(crate) method: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) auth_time_s: i64,
    pub(crate) now_s: i64,
    pub(crate) lifetime_s: i64,
}

impl Identification<'_> {
    fn payload(&self) -> Value {
        let mut payload = json!({
            "iss": ISSUER,
            "aud": self.client_id,
            "sub": self.person_oid,
            "nbf": self.now_s,
            "iat": self.now_s,
            "exp": self.now_s + self.lifetime_s,
            "auth_time": self.auth_time_s,
            "amr": self.method,
            "urn:esia:amd": self.method,
            "urn:esia:sid": self.session,
            "urn:esia:sbj": {
                "urn:esia:sbj:typ": "P",
                "urn:esia:sbj:oid": self.person_oid,
                "urn:esia:sbj:nam": format!("OID.{}", self.person_oid),
                "urn:esia:sbj:is_tru": self.confirmed,
            },
        });
        if let Some(nonce) = self.nonce {
            payload["nonce"] = nonce.into();
        }
        payload
    }
}

fn unsigned(kind: &str, algorithm: &str, payload: &[u8]) -> String {
    let header = json!({"ver": 1, "typ": "JWT", "sbt": kind, "alg": algorithm});
    let encode = Base64UrlUnpadded::encode_string;
    format!("{}.{}", encode(header.to_string().as_bytes()), encode(payload))
}

fn sign(kind: &str, payload: &[u8], signer: &Signatory) -> Result<String, AuthorityError> {
    let signed = unsigned(kind, ALGORITHM, payload);
    let signature = Base64UrlUnpadded::encode_string(&signer.sign(signed.as_bytes())?);
    Ok(format!("{signed}.{signature}"))
}

/// The compact form of an access token.
pub(crate) fn make_access_token(claims: &AccessClaims, signer: &Signatory) -> Result<String, AuthorityError> {
    sign("access", &serde_json::to_vec(claims).unwrap_or_default(), signer)
}

/// The compact form of an identity token.
pub(crate) fn make_id_token(who: &Identification<'_>, signer: &Signatory) -> Result<String, AuthorityError> {
    sign("id", who.payload().to_string().as_bytes(), signer)
}

/// An identity token signed as it was done formerly.
pub(crate) fn make_rs256_id_token(who: &Identification<'_>, signer: &Rs256) -> Result<String, Rs256Error> {
    let signed = unsigned("id", "RS256", who.payload().to_string().as_bytes());
    let signature = Base64UrlUnpadded::encode_string(&signer.sign(signed.as_bytes())?);
    Ok(format!("{signed}.{signature}"))
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    sbt: String,
}

/// Checks an access token's signature, by one of `signers`, and its time.
pub(crate) fn read_access_token<'s>(
    token: &str,
    mut signers: impl Iterator<Item = &'s Signatory>,
    now_s: i64,
) -> Result<AccessClaims, TokenFault> {
    let decode = |text: &str| Base64UrlUnpadded::decode_vec(text).map_err(|_| TokenFault::Invalid);
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Invalid)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenFault::Invalid)?;
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenFault::Invalid)?;
    // An identity token tells who somebody is; it opens nothing.
    if header.alg != ALGORITHM || header.sbt != "access" {
        return Err(TokenFault::Invalid);
    }
    let signature = decode(signature)?;
    let is_of = |signer: &Signatory| {
        let digest = signer.digest(signed.as_bytes());
        signer.public_key().verify_digest(&digest, &signature).is_ok()
    };
    if !signers.any(is_of) {
        return Err(TokenFault::Invalid);
    }
    let claims: AccessClaims = serde_json::from_slice(&decode(payload)?).map_err(|_| TokenFault::Invalid)?;
    if now_s >= claims.exp || now_s < claims.nbf {
        return Err(TokenFault::Expired);
    }
    Ok(claims)
}
