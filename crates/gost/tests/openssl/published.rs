//! Certificates and requests printed in the standards: keys, encodings and signatures of others.

use base64ct::{Base64, Encoding};
use kabinet_gost::{ParameterSet, PublicKey, SecretKey, Signature};
use signature::Verifier;
use spki::EncodePublicKey;
use x509_cert::{
    Certificate,
    crl::CertificateList,
    der::{Decode, Encode},
    request::CertReq,
};

fn der(text: &str) -> Vec<u8> {
    Base64::decode_vec(text).expect("Base64")
}

/// The key of the recommendation gives the public key of its certificate, and that key verifies it.
fn certificate_belongs_to_key(set: ParameterSet, d: &str, certificate: &str) -> PublicKey {
    let mut d = hex::decode(d).expect("hex");
    d.reverse();
    let secret = SecretKey::from_octets(set, &d).expect("in range");
    let certificate = Certificate::from_der(&der(certificate)).expect("certificate");
    let tbs = certificate.tbs_certificate();
    let spki = tbs.subject_public_key_info().to_der().expect("encodes");
    let public = PublicKey::from_spki_der(&spki).expect("public key");
    assert_eq!(&public, secret.public_key());
    assert_eq!(public.to_public_key_der().expect("encodes").as_bytes(), spki);
    verifies(
        &public,
        &tbs.to_der().expect("encodes"),
        certificate.signature().raw_bytes(),
    );
    public
}

fn verifies(public: &PublicKey, message: &[u8], signature: &[u8]) {
    let signature = Signature::try_from(signature).expect("length");
    public
        .verify(message, &signature)
        .expect("the signature of the standard");
    let mut other = message.to_vec();
    other[20] ^= 1;
    public.verify(&other, &signature).expect_err("another message");
}

/// TK26, use of GOST R 34.10 and 34.11 in the profile of X.509 (R 1323565.1.023), examples of 256 and 512 bits.
#[test]
fn certificates_of_the_recommendation_are_those_of_their_keys() {
    certificate_belongs_to_key(
        ParameterSet::CryptoProXchA,
        "BFCF1D623E5CDD3032A7C6EABB4A923C46E43D640FFEAAF2C3ED39A8FA399924",
        "\
         MIICYjCCAg+gAwIBAgIBATAKBggqhQMHAQEDAjBWMSkwJwYJKoZIhvcNAQkBFhpHb3N0UjM0MTAtMjAxMkBleGFtcGxlLmNvbTEp\
         MCcGA1UEAxMgR29zdFIzNDEwLTIwMTIgKDI1NiBiaXQpIGV4YW1wbGUwHhcNMTMxMTA1MTQwMjM3WhcNMzAxMTAxMTQwMjM3WjBW\
         MSkwJwYJKoZIhvcNAQkBFhpHb3N0UjM0MTAtMjAxMkBleGFtcGxlLmNvbTEpMCcGA1UEAxMgR29zdFIzNDEwLTIwMTIgKDI1NiBi\
         aXQpIGV4YW1wbGUwZjAfBggqhQMHAQEBATATBgcqhQMCAiQABggqhQMHAQECAgNDAARAut/Qw1MUq9KPqkdHC2xAF3K7TugHfo9n\
         525D2s5mFZdD5pwf90/i4vF0mFmr9nfRwMYP4o0Pg1mOn5RlaXNYraOBwDCBvTAdBgNVHQ4EFgQU1fIeN1HaPbw+XWUzbkJ+kHJU\
         T0AwCwYDVR0PBAQDAgHGMA8GA1UdEwQIMAYBAf8CAQEwfgYDVR0BBHcwdYAU1fIeN1HaPbw+XWUzbkJ+kHJUT0ChWqRYMFYxKTAn\
         BgkqhkiG9w0BCQEWGkdvc3RSMzQxMC0yMDEyQGV4YW1wbGUuY29tMSkwJwYDVQQDEyBHb3N0UjM0MTAtMjAxMiAoMjU2IGJpdCkg\
         ZXhhbXBsZYIBATAKBggqhQMHAQEDAgNBAF5bm4BbARR6hJLEoWJkOsYV3Hd7kXQQjz3CdqQfmHrz6TI6Xojdh/t8ckODv/587NS5\
         /6KsM77vc6Wh90NAT2s=",
    );
    certificate_belongs_to_key(
        ParameterSet::Tc26_512B,
        "3FC01CDCD4EC5F972EB482774C41E66DB7F380528DFE9E67992BA05AEE462435757530E641077CE587B976C8EEB48C48FD33FD175F0C7DE6A44E014E6BCB074B",
        "\
         MIIC6DCCAlSgAwIBAgIBATAKBggqhQMHAQEDAzBWMSkwJwYJKoZIhvcNAQkBFhpHb3N0UjM0MTAtMjAxMkBleGFtcGxlLmNvbTEp\
         MCcGA1UEAxMgR29zdFIzNDEwLTIwMTIgKDUxMiBiaXQpIGV4YW1wbGUwHhcNMTMxMDA0MDczNjA0WhcNMzAxMDAxMDczNjA0WjBW\
         MSkwJwYJKoZIhvcNAQkBFhpHb3N0UjM0MTAtMjAxMkBleGFtcGxlLmNvbTEpMCcGA1UEAxMgR29zdFIzNDEwLTIwMTIgKDUxMiBi\
         aXQpIGV4YW1wbGUwgaowIQYIKoUDBwEBAQIwFQYJKoUDBwECAQICBggqhQMHAQECAwOBhAAEgYATGQ9VCiM5FRGCQ8MEz2F1dANq\
         haEuywa8CbxOnTvaGJpFQVXQwkwvLFAKh7hk542vOEtxpKtTCXfGf84nRhMH/Q9bZeAc2eO/yhxrsQhTBufa1Fuou2oe/jUOaG6R\
         AtUUvRzhNTppRGGl1+EIY2vzzUua9j9Ol/gAoy/LNKQIfqOBwDCBvTAdBgNVHQ4EFgQUPcbTRXJZnHtjj+eBP7b5lcTMekIwCwYD\
         VR0PBAQDAgHGMA8GA1UdEwQIMAYBAf8CAQEwfgYDVR0BBHcwdYAUPcbTRXJZnHtjj+eBP7b5lcTMekKhWqRYMFYxKTAnBgkqhkiG\
         9w0BCQEWGkdvc3RSMzQxMC0yMDEyQGV4YW1wbGUuY29tMSkwJwYDVQQDEyBHb3N0UjM0MTAtMjAxMiAoNTEyIGJpdCkgZXhhbXBs\
         ZYIBATAKBggqhQMHAQEDAwOBgQBObS7oppPTXzHyVR1DtPa8b57nudJzI4czhsfeX5HDntOq45t9B/qSs8dC6eGxbhHZ9zCOSFtx\
         WYdmg0au8XI9Xb8vTC1qdwWID7FFjMWDNQZb6lYh/J+8F2xKylvB5nIlRZqOo3eUNFkNyHJwQCk2WoOlO16zwGk2tdKH4KmD5w==",
    );
}

/// RFC 9215, appendix A.2: request, certificate and list over tc26-256-A.
#[test]
fn request_certificate_and_list_of_rfc_9215_hold() {
    let public = certificate_belongs_to_key(
        ParameterSet::Tc26_256A,
        "3A929ADE789BB9BE10ED359DD39A72C10B87C83F80BE18B85C041F4325B62EC1",
        "\
         MIIBJTCB06ADAgECAgEKMAoGCCqFAwcBAQMCMBIxEDAOBgNVBAMTB0V4YW1wbGUwIBcNMDEwMTAxMDAwMDAwWhgPMjA1MDEyMzEw\
         MDAwMDBaMBIxEDAOBgNVBAMTB0V4YW1wbGUwXjAXBggqhQMHAQEBATALBgkqhQMHAQIBAQEDQwAEQHQnldS+6ITd8oUP7APqP68Y\
         ROAdnaYLZFCTpV4m38OZePWWz01NDGzx0YlD2UST0WuewKFtUS0uEnzEaRpjGOKjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoUD\
         BwEBAwIDQQAUC02pEksJyw1c6Sjuh0JzoxASlJLsDik2njt5EkhXjB0OHaW+NHxvG1JWx66sIArWSsd6b1s6DglzGOeubudp",
    );
    let request = CertReq::from_der(&der("\
         MIHKMHkCAQAwEjEQMA4GA1UEAxMHRXhhbXBsZTBeMBcGCCqFAwcBAQEBMAsGCSqFAwcBAgEBAQNDAARAdCeV1L7ohN3yhQ/sA+o/\
         rxhE4B2dpgtkUJOlXibfw5l49ZbPTU0MbPHRiUPZRJPRa57AoW1RLS4SfMRpGmMY4qAAMAoGCCqFAwcBAQMCA0EAG9wqExdnm2Yj\
         L2PqFv98ZMyqua2FX8bhgJFmHbedSBIdDh2lvjR8bxtSVseurCAK1krHem9bOg4Jcxjnrm7naQ=="))
    .expect("request");
    verifies(
        &public,
        &request.info.to_der().expect("encodes"),
        request.signature.raw_bytes(),
    );
    let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&der("\
         MIGSMEECAQEwCgYIKoUDBwEBAwIwEjEQMA4GA1UEAxMHRXhhbXBsZRcNMTQwMTAxMDAwMDAwWhcNMTQwMTAyMDAwMDAwWjAKBggq\
         hQMHAQEDAgNBABS9aAh8O5A8eqKLB/6y571v4JY/VjJnNZ9c2Oq0UFmtHQ4dpb40fG8bUlbHrqwgCtZKx3pvWzoOCXMY565u52k="))
    .expect("list");
    verifies(
        &public,
        &list.tbs_cert_list.to_der().expect("encodes"),
        list.signature.raw_bytes(),
    );
}
