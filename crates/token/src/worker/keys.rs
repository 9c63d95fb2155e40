//! New keys on a token and the certificates issued for them.

use cryptoki_sys as ck;
use der::Encode;
use der::asn1::ObjectIdentifier;
use kabinet_gost::PublicKey as GostKey;
use kabinet_pki::Certificate;
use kabinet_pki::tlv::write;
use rsa::pkcs8::EncodePublicKey;

use super::change::of_change;
use super::objects;
use crate::certificate::{self, P256};
use crate::error::TokenError;
use crate::ffi::{
    AttributeType, Call, Failure, Library, MechanismType, ObjectHandle, Session, SlotId, Template,
};
use crate::key_file::{KeyAlgorithm, UnsignedRequest};
use crate::model::{KeyOrder, SignMechanism};

/// Octets of a key's random `CKA_ID`.
const ID_OCTETS: usize = 16;
/// 65537.
const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];

/// Whether the token makes keys of this kind; asked before the PIN is used.
pub(super) fn possible(library: &Library, slot: SlotId, order: &KeyOrder) -> Result<(), TokenError> {
    let wanted = MechanismType(mechanism(order.algorithm).generation());
    if library.mechanisms(slot)?.contains(&wanted) {
        Ok(())
    } else {
        Err(TokenError::KeyNotMade)
    }
}

/// Makes the pair and the request, DER, which the new key signs. What fails half-way leaves no key behind.
pub(super) fn make(session: &Session<'_>, order: &KeyOrder) -> Result<Vec<u8>, TokenError> {
    let mut id = [0; ID_OCTETS];
    getrandom::fill(&mut id).map_err(|_| TokenError::WorkerUnavailable)?;
    let (public, private) = pair(session, order, &id)?;
    let made = request(session, order, public, private);
    if made.is_err() {
        // The error says why; a token that is gone keeps a key without a certificate, which the next scan shows.
        let _ = (session.destroy(private), session.destroy(public));
    }
    made
}

/// Modules differ in what a private key's template may say: SoftHSM forbids GOST parameters there, JaCarta everything it
/// would choose otherwise, and others miss them. The least is tried first.
fn pair(
    session: &Session<'_>,
    order: &KeyOrder,
    id: &[u8],
) -> Result<(ObjectHandle, ObjectHandle), TokenError> {
    let mechanism = mechanism(order.algorithm);
    let generate = |private: Template| {
        session.generate_key_pair(
            MechanismType(mechanism.generation()),
            public_template(order, id)?,
            private,
        )
    };
    let least = || {
        common(order, id)
            .flag(ck::CKA_PRIVATE, true)
            .flag(ck::CKA_SIGN, true)
    };
    match generate(least()) {
        Err(failure)
            if failure.is(ck::CKR_TEMPLATE_INCOMPLETE) || failure.is(ck::CKR_TEMPLATE_INCONSISTENT) =>
        {
            generate(parameters(order.algorithm, least())?)
        }
        answer => answer,
    }
    .map_err(of_change)
}

fn common(order: &KeyOrder, id: &[u8]) -> Template {
    Template::default()
        .number(ck::CKA_KEY_TYPE, mechanism(order.algorithm).key_type())
        .flag(ck::CKA_TOKEN, true)
        .octets(ck::CKA_ID, id)
        .octets(ck::CKA_LABEL, order.label.as_bytes())
}

fn public_template(order: &KeyOrder, id: &[u8]) -> Result<Template, Failure> {
    let template = common(order, id)
        .flag(ck::CKA_PRIVATE, false)
        .flag(ck::CKA_VERIFY, true);
    parameters(order.algorithm, template)
}

/// The curve, or the size of the modulus.
fn parameters(algorithm: KeyAlgorithm, template: Template) -> Result<Template, Failure> {
    let der = |oid: ObjectIdentifier| {
        oid.to_der().map_err(|_| Failure::Malformed {
            call: Call::GenerateKeyPair,
        })
    };
    Ok(match algorithm {
        KeyAlgorithm::Gost(set) => template
            .octets(ck::CKA_GOSTR3410_PARAMS, &der(set.oid())?)
            .octets(ck::CKA_GOSTR3411_PARAMS, &der(set.size().digest_oid())?),
        KeyAlgorithm::Rsa(bits) => template
            .number(ck::CKA_MODULUS_BITS, bits as ck::CK_ULONG)
            .octets(ck::CKA_PUBLIC_EXPONENT, &PUBLIC_EXPONENT),
        KeyAlgorithm::P256 => template.octets(ck::CKA_EC_PARAMS, &der(P256)?),
    })
}

fn request(
    session: &Session<'_>,
    order: &KeyOrder,
    public: ObjectHandle,
    private: ObjectHandle,
) -> Result<Vec<u8>, TokenError> {
    let mechanism = mechanism(order.algorithm);
    let spki = spki(session, order.algorithm, public)?;
    let unsigned = UnsignedRequest::new(mechanism, &spki, &order.subject, &order.extensions);
    session.sign_init(MechanismType(mechanism.mechanism_type()), private)?;
    let raw = session.sign(&unsigned.input())?;
    let request = unsigned.complete(&raw);
    request.map_err(|_| TokenError::ModuleMisbehaved {
        call: Some(Call::Sign),
    })
}

/// SubjectPublicKeyInfo of the new key, from what its public object says.
fn spki(session: &Session<'_>, algorithm: KeyAlgorithm, public: ObjectHandle) -> Result<Vec<u8>, TokenError> {
    let nonsense = TokenError::ModuleMisbehaved {
        call: Some(Call::GenerateKeyPair),
    };
    let mechanism = mechanism(algorithm);
    let attribute = objects::public_attribute(mechanism, ck::CKO_PUBLIC_KEY);
    let stored = match attribute {
        Some(attribute) => session.bytes(public, AttributeType(attribute))?,
        None => None,
    };
    let material = certificate::material(mechanism, &stored.ok_or(nonsense.clone())?);
    let spki = match algorithm {
        KeyAlgorithm::Gost(set) => GostKey::from_point_octets(set, &material)
            .ok()
            .and_then(|key| key.to_spki_der().ok()),
        KeyAlgorithm::Rsa(_) => rsa::RsaPublicKey::new(
            rsa::BoxedUint::from_be_slice_vartime(&material),
            rsa::BoxedUint::from_be_slice_vartime(&PUBLIC_EXPONENT),
        )
        .ok()
        .and_then(|key| Some(key.to_public_key_der().ok()?.into_vec())),
        KeyAlgorithm::P256 => p256::PublicKey::from_sec1_bytes(&material)
            .ok()
            .and_then(|key| Some(key.to_public_key_der().ok()?.into_vec())),
    };
    spki.ok_or(nonsense)
}

/// Writes a certificate beside its key; one that is there already is left alone.
pub(super) fn import(session: &Session<'_>, der: &[u8]) -> Result<(), TokenError> {
    let parsed = Certificate::from_der(der).map_err(|_| TokenError::CertificateForeign)?;
    let there = objects::certificates(session)?;
    if there.iter().any(|certificate| certificate.der == der) {
        return Ok(());
    }
    let object = objects::CertificateObject::of(der);
    let id = objects::private_key_id(session, &object)?.ok_or(TokenError::CertificateForeign)?;
    let template = Template::default()
        .number(ck::CKA_CLASS, ck::CKO_CERTIFICATE)
        .number(ck::CKA_CERTIFICATE_TYPE, ck::CKC_X_509)
        .flag(ck::CKA_TOKEN, true)
        .flag(ck::CKA_PRIVATE, false)
        .octets(ck::CKA_ID, &id)
        .octets(ck::CKA_LABEL, label(&parsed).as_bytes())
        .octets(ck::CKA_SUBJECT, parsed.subject_name().der())
        .octets(ck::CKA_ISSUER, parsed.issuer_name().der())
        .octets(ck::CKA_SERIAL_NUMBER, &write::integer(parsed.serial()))
        .octets(ck::CKA_VALUE, der);
    session.create(template).map_err(of_change)?;
    Ok(())
}

/// What other programs show for it.
fn label(certificate: &Certificate) -> String {
    certificate.subject().common_name.unwrap_or_default()
}

fn mechanism(algorithm: KeyAlgorithm) -> SignMechanism {
    match algorithm {
        KeyAlgorithm::Gost(set) if set.size() == kabinet_gost::KeySize::Bits512 => SignMechanism::Gost512,
        KeyAlgorithm::Gost(_) => SignMechanism::Gost256,
        KeyAlgorithm::Rsa(_) => SignMechanism::RsaPkcs1,
        KeyAlgorithm::P256 => SignMechanism::EcdsaP256,
    }
}
