//! Access tokens: JWT signed with `GOST3410_2012_256` over `header.payload` (s ‖ r, url-safe Base64).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::authority::{AuthorityError, Signatory};

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
    pub(crate) org_oid: i64,
    #[serde(rename = "urn:esia:sid")]
    pub(crate) session: String,
    #[serde(rename = "urn:esia:sbj_id")]
    pub(crate) person_oid: i64,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// Not ours, or altered.
    Invalid,
    /// Its time is over or has not come.
    Expired,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// The compact form of a token.
pub(crate) fn make_access_token(claims: &AccessClaims, signer: &Signatory) -> Result<String, AuthorityError> {
    let header = json!({"ver": 1, "typ": "JWT", "sbt": "access", "alg": ALGORITHM});
    let payload = serde_json::to_vec(claims).unwrap_or_default();
    let encode = Base64UrlUnpadded::encode_string;
    let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(&payload));
    let signature = signer.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", encode(&signature)))
}

/// Checks a token's signature and time.
pub(crate) fn read_access_token(
    token: &str,
    signer: &Signatory,
    now_s: i64,
) -> Result<AccessClaims, TokenFault> {
    let decode = |text: &str| Base64UrlUnpadded::decode_vec(text).map_err(|_| TokenFault::Invalid);
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Invalid)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenFault::Invalid)?;
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenFault::Invalid)?;
    if header.alg != ALGORITHM {
        return Err(TokenFault::Invalid);
    }
    let digest = signer.digest(signed.as_bytes());
    signer
        .public_key()
        .verify_digest(&digest, &decode(signature)?)
        .map_err(|_| TokenFault::Invalid)?;
    let claims: AccessClaims = serde_json::from_slice(&decode(payload)?).map_err(|_| TokenFault::Invalid)?;
    if now_s >= claims.exp || now_s < claims.nbf {
        return Err(TokenFault::Expired);
    }
    Ok(claims)
}
