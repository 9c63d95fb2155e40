//! Bare public keys: RSA, EC, DSA and ГОСТ KeyValue.

use kabinet_pki::oid::algorithm as id;
use kabinet_pki::tlv::write;
use kabinet_pki::{Oid, PublicKey};
use roxmltree::Node;

use super::transform::decode;
use super::tree::{child, elements, ns, text};

/// ECDSAKeyValue before XMLDSig 1.1 (RFC 4050).
const RFC4050: &str = "http://www.w3.org/2001/04/xmldsig-more#";
/// ГОСТ keys (draft-smirnov-xmldsig §4.2).
const GOST: &str = "urn:ietf:params:xml:ns:cpxmlsec";

/// Reads the child of a KeyValue element; `None` for forms unknown here.
pub(crate) fn read(node: Node<'_, '_>) -> Option<PublicKey> {
    let part = |name| octets(node, ns::DSIG, name);
    match (node.tag_name().namespace()?, node.tag_name().name()) {
        (ns::DSIG, "RSAKeyValue") => PublicKey::from_rsa(&part("Modulus")?, &part("Exponent")?),
        (ns::DSIG, "DSAKeyValue") => PublicKey::from_dsa(&part("P")?, &part("Q")?, &part("G")?, &part("Y")?),
        (ns::DSIG11, "ECKeyValue") => ec(node),
        (RFC4050, "ECDSAKeyValue") => ec_rfc4050(node),
        (GOST, "GOSTKeyValue") => gost(node),
        _ => None,
    }
}

/// CryptoBinary: big-endian.
fn octets(node: Node<'_, '_>, namespace: &str, name: &str) -> Option<Vec<u8>> {
    decode(&text(child(node, namespace, name)?)?)
}

fn curve(uri: &str) -> Option<Oid> {
    Oid::new(uri.strip_prefix("urn:oid:")?).ok()
}

fn ec(node: Node<'_, '_>) -> Option<PublicKey> {
    let curve = curve(child(node, ns::DSIG11, "NamedCurve")?.attribute("URI")?)?;
    PublicKey::from_ec_point(&curve, &octets(node, ns::DSIG11, "PublicKey")?)
}

/// Octets of a coordinate on the named curves met in ECDSAKeyValue.
fn coordinate_length(curve: &str) -> Option<usize> {
    match curve {
        "urn:oid:1.2.840.10045.3.1.7" => Some(32),
        "urn:oid:1.3.132.0.34" => Some(48),
        "urn:oid:1.3.132.0.35" => Some(66),
        _ => None,
    }
}

fn ec_rfc4050(node: Node<'_, '_>) -> Option<PublicKey> {
    let parameters = child(node, RFC4050, "DomainParameters")?;
    let uri = child(parameters, RFC4050, "NamedCurve")?.attribute("URN")?;
    let key = child(node, RFC4050, "PublicKey")?;
    let mut point = vec![0x04];
    for name in ["X", "Y"] {
        let value = child(key, RFC4050, name)?.attribute("Value")?;
        point.extend(decimal(value, coordinate_length(uri)?)?);
    }
    PublicKey::from_ec_point(&curve(uri)?, &point)
}

/// A decimal number as big-endian octets of this length; `None` if it does not fit.
pub(crate) fn decimal(text: &str, length: usize) -> Option<Vec<u8>> {
    let mut octets = vec![0_u8; length];
    if text.is_empty() || text.len() > 3 * length {
        return None;
    }
    for digit in text.chars() {
        let mut carry = digit.to_digit(10)?;
        for octet in octets.iter_mut().rev() {
            carry += u32::from(*octet) * 10;
            *octet = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(octets)
}

/// GOSTKeyValue ::= PublicKeyParameters { publicKeyParamSet, digestParamSet?, encryptionParamSet? } PublicKey
fn gost(node: Node<'_, '_>) -> Option<PublicKey> {
    let parameters = child(node, GOST, "PublicKeyParameters")?;
    let named = |name: &str| {
        let text = text(elements(parameters).find(|child| child.tag_name().name() == name)?)?;
        let text = text.trim();
        Oid::new(text.strip_prefix("urn:oid:").unwrap_or(text)).ok()
    };
    let key = octets(node, GOST, "PublicKey")?;
    let algorithm = match key.len() {
        64 => id::GOST256,
        128 => id::GOST512,
        _ => return None,
    };
    let mut sets = vec![write::oid(&named("publicKeyParamSet")?)];
    sets.extend(named("digestParamSet").map(|set| write::oid(&set)));
    let algorithm = write::sequence(&[write::oid(&algorithm), write::sequence(&sets)]);
    let key = write::bit_string(&write::octet_string(&key));
    PublicKey::from_spki_der(&write::sequence(&[algorithm, key])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_octets() {
        assert_eq!(decimal("0", 2), Some(vec![0, 0]));
        assert_eq!(decimal("65535", 2), Some(vec![0xff, 0xff]));
        assert_eq!(decimal("65536", 2), None);
        assert_eq!(decimal("", 2), None);
        assert_eq!(decimal("-1", 2), None);
        assert_eq!(decimal(&"9".repeat(1000), 2), None);
    }
}
