//! Login of an organisation with a signature: the token by API key («Руководство потребителя» 3.3, ЕСИА Б.12).

use base64ct::{Base64UrlUnpadded, Encoding};
use reqwest::Method;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{AccessToken, ApiKey, Portal, PortalError, ProtocolFault};

/// Request time out of tolerance.
const WRONG_TIME: &str = "007015";

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(alias = "accessTkn", alias = "access_token")]
    access_tkn: String,
}

impl Portal {
    /// Exchanges `detached_cades_der`, the detached CAdES-BES signature (DER, with the signer's certificate) of
    /// [`ApiKey::bytes_to_sign`], for an access token.
    ///
    /// # Errors
    /// [`PortalError::KeyUnknown`], [`PortalError::CertificateRefused`], [`PortalError::ClockSkew`], and what any
    /// request can meet. Never an unknown outcome: a token that got lost does no harm.
    pub async fn organisation_token(
        &self,
        key: &ApiKey,
        detached_cades_der: &[u8],
    ) -> Result<AccessToken, PortalError> {
        let signature = Zeroizing::new(Base64UrlUnpadded::encode_string(detached_cades_der));
        let answer = self
            .transport
            .exchange(Call {
                site: Site::Esia,
                method: Method::GET,
                path: &[
                    "esia-rs",
                    "api",
                    "public",
                    "v1",
                    "orgs",
                    "ext-app",
                    key.expose(),
                    "tkn",
                ],
                query: &[("signature", &signature)],
                token: None,
                payload: Payload::Empty,
                effect: Effect::Reads,
                timeout: self.options.timeouts.answer,
            })
            .await?;
        let answer = match answer.http {
            404 => return Err(PortalError::KeyUnknown),
            400 | 401 | 403 => return Err(refused(&answer)),
            _ => answer.accepted()?,
        };
        let parsed: TokenAnswer =
            serde_json::from_slice(&answer.body).map_err(|_| PortalError::Protocol {
                what: ProtocolFault::NotJson,
            })?;
        let token = AccessToken::new(parsed.access_tkn).ok_or(PortalError::Protocol {
            what: ProtocolFault::FieldMissing("accessTkn"),
        })?;
        Ok(token.issued_by(self.transport.esia_host()))
    }
}

/// The bodies of these errors are not published; ЕСИА elsewhere writes `ESIA-nnnnnn: words` into one of its fields.
fn refused(answer: &Answer) -> PortalError {
    let body = answer.error_body();
    let code = [&body.code, &body.message]
        .into_iter()
        .flatten()
        .find_map(|text| esia_code(text));
    if code.as_deref().is_some_and(|code| code.ends_with(WRONG_TIME)) {
        return PortalError::ClockSkew;
    }
    // The body of this refusal is not published: the codes mean elsewhere what they are taken for here.
    match (answer.http, code.as_deref()) {
        (403, Some("ESIA-007019")) => return PortalError::KeyBlocked,
        (403, Some(code @ ("ESIA-007002" | "ESIA-007194"))) => {
            return PortalError::KeyOfOther {
                code: code.to_owned(),
            };
        }
        _ => {}
    }
    PortalError::CertificateRefused {
        http: answer.http,
        code: code.or(body.code),
        message: body.message,
    }
}

fn esia_code(text: &str) -> Option<String> {
    let start = text.find("ESIA-")?;
    let digits: String = text[start + 5..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    (digits.len() == 6).then(|| format!("ESIA-{digits}"))
}
