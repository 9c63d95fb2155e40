//! A certification authority run by the `openssl` program with the GOST engine, in a directory of its own.
#![allow(dead_code, clippy::expect_used)] // shared by the tests of two crates; none uses everything

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kabinet_pki::tsp::{self, MessageImprint, TimeStampRequest};
use kabinet_pki::{Certificate, Crl, DigestAlgorithm, Evidence, Trust};
use time::{Duration, OffsetDateTime};

/// Kinds of keys, as (name, arguments of `openssl req`, digest).
pub const KEYS: [(&str, &[&str], &str); 7] = [
    (
        "gost256-tc26-a",
        &["-newkey", "gost2012_256", "-pkeyopt", "paramset:TCA"],
        "md_gost12_256",
    ),
    (
        "gost256-cryptopro-a",
        &["-newkey", "gost2012_256", "-pkeyopt", "paramset:A"],
        "md_gost12_256",
    ),
    (
        "gost256-cryptopro-xa",
        &["-newkey", "gost2012_256", "-pkeyopt", "paramset:XA"],
        "md_gost12_256",
    ),
    (
        "gost512-a",
        &["-newkey", "gost2012_512", "-pkeyopt", "paramset:A"],
        "md_gost12_512",
    ),
    (
        "gost512-c",
        &["-newkey", "gost2012_512", "-pkeyopt", "paramset:C"],
        "md_gost12_512",
    ),
    ("rsa", &["-newkey", "rsa:2048"], "sha256"),
    (
        "p256",
        &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "sha256",
    ),
];

const CONFIGURATION: &str = r"
openssl_conf = openssl_init
oid_section = oids
[oids]
INNLE = 1.2.643.100.4
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
CRYPT_PARAMS = id-Gost28147-89-CryptoPro-A-ParamSet
[req]
distinguished_name = dn
string_mask = utf8only
utf8 = yes
[dn]
[v3_ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[v3_sub]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[v3_sub_pathlen0]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[v3_sub_constrained]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
nameConstraints = critical,permitted;email:example.org
subjectKeyIdentifier = hash
[v3_leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = clientAuth,emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://pki.test/ca.crl
authorityInfoAccess = OCSP;URI:http://pki.test/ocsp,caIssuers;URI:http://pki.test/ca.p7b
[v3_server]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
[v3_encipher]
basicConstraints = CA:FALSE
keyUsage = critical,keyEncipherment
[v3_unknown_critical]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
1.2.643.9999.1 = critical,ASN1:NULL
[v3_tsa]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[v3_ocsp]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
crlDistributionPoints = URI:http://elsewhere.test/ca.crl
[crl_foreign_point]
issuingDistributionPoint = critical,@foreign_point
[foreign_point]
fullname = URI:http://elsewhere.test/ca.crl
[crl_same_point]
issuingDistributionPoint = critical,@same_point
[same_point]
fullname = URI:http://pki.test/ca.crl
onlyuser = TRUE
[crl_only_authorities]
issuingDistributionPoint = critical,@only_authorities
[only_authorities]
onlyCA = TRUE
[crl_unknown_critical]
1.2.643.9999.2 = critical,ASN1:NULL
[authority]
dir = .
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = newcerts
certificate = ca.crt
private_key = ca.key
default_md = default
default_days = 365
default_crl_days = 7
policy = pol
unique_subject = no
[pol]
[tsa]
dir = .
serial = tsaserial
signer_cert = tsa.crt
certs = ca.crt
signer_key = tsa.key
signer_digest = md_gost12_256
default_policy = 1.2.643.2.2.38.4
digests = md_gost12_256, md_gost12_512, sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
";

/// A directory with `openssl` in it.
pub struct Authority {
    directory: tempfile::TempDir,
}

impl Authority {
    /// A root with a key of this kind, see [`KEYS`].
    pub fn new(key: &str) -> Self {
        Self::named(key, "/C=RU/CN=Тестовый УЦ")
    }

    pub fn named(key: &str, subject: &str) -> Self {
        let authority = Self::empty();
        let (_, arguments, digest) = kind(key);
        let digest = format!("-{digest}");
        let mut all = vec!["req", "-x509"];
        all.extend(*arguments);
        all.extend([
            "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "3650", "-subj", subject,
        ]);
        all.extend(["-utf8", "-extensions", "v3_ca", &digest]);
        authority.openssl(&all);
        authority
    }

    fn empty() -> Self {
        let authority = Self {
            directory: tempfile::tempdir().expect("temporary directory"),
        };
        fs::create_dir(authority.path("newcerts")).expect("directory");
        for (name, text) in [
            ("openssl.cnf", CONFIGURATION),
            ("index.txt", ""),
            ("serial", "01"),
            ("crlnumber", "01"),
            ("tsaserial", "01"),
        ] {
            authority.write(name, text.as_bytes());
        }
        authority
    }

    /// An authority below this one; the certificate is by the given section.
    pub fn subordinate(&self, key: &str, subject: &str, section: &str) -> Self {
        let below = Self::empty();
        self.issue("below", key, subject, section);
        fs::copy(self.path("below.crt"), below.path("ca.crt")).expect("copy");
        fs::copy(self.path("below.key"), below.path("ca.key")).expect("copy");
        below
    }

    /// Issues `<name>.crt` with `<name>.key`, valid from two days ago for a year.
    pub fn issue(&self, name: &str, key: &str, subject: &str, section: &str) -> Certificate {
        let now = OffsetDateTime::now_utc();
        self.issue_between(
            name,
            key,
            subject,
            section,
            now - Duration::days(2),
            now + Duration::days(365),
        )
    }

    pub fn issue_between(
        &self,
        name: &str,
        key: &str,
        subject: &str,
        section: &str,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Certificate {
        let (_, arguments, digest) = kind(key);
        let (key_file, request) = (format!("{name}.key"), format!("{name}.csr"));
        let certificate = format!("{name}.crt");
        let digest = format!("-{digest}");
        let mut all = vec!["req", "-new"];
        all.extend(*arguments);
        all.extend([
            "-nodes", "-keyout", &key_file, "-out", &request, "-subj", subject, "-utf8", &digest,
        ]);
        self.openssl(&all);
        self.certify(&request, &certificate, section, from, until)
    }

    /// Certifies an existing request.
    pub fn certify(
        &self,
        request: &str,
        certificate: &str,
        section: &str,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Certificate {
        let (from, until) = (stamp(from), stamp(until));
        self.openssl(&[
            "ca",
            "-batch",
            "-config",
            "openssl.cnf",
            "-name",
            "authority",
            "-in",
            request,
            "-out",
            certificate,
            "-extensions",
            section,
            "-notext",
            "-utf8",
            "-preserveDN",
            "-startdate",
            &from,
            "-enddate",
            &until,
            "-md",
            self.digest(),
        ]);
        self.certificate(certificate)
    }

    pub fn leaf(&self, name: &str, key: &str) -> Certificate {
        self.issue(name, key, &format!("/C=RU/CN=Иванов Иван {name}"), "v3_leaf")
    }

    pub fn revoke(&self, certificate: &str, reason: &str) {
        self.openssl(&[
            "ca",
            "-config",
            "openssl.cnf",
            "-name",
            "authority",
            "-revoke",
            certificate,
            "-crl_reason",
            reason,
            "-md",
            self.digest(),
        ]);
    }

    pub fn crl(&self) -> Crl {
        self.crl_with(&[])
    }

    pub fn crl_with(&self, more: &[&str]) -> Crl {
        let mut all = vec![
            "ca",
            "-config",
            "openssl.cnf",
            "-name",
            "authority",
            "-gencrl",
            "-out",
            "ca.crl",
        ];
        all.extend(["-md", self.digest()]);
        all.extend(more);
        self.openssl(&all);
        Crl::from_pem_or_der(&self.read("ca.crl")).expect("openssl's list is readable")
    }

    /// Digest that the authority's key signs with.
    fn digest(&self) -> &'static str {
        match self.root().signature_algorithm_of_key() {
            "gost256" => "md_gost12_256",
            "gost512" => "md_gost12_512",
            _ => "sha256",
        }
    }

    pub fn root(&self) -> Certificate {
        self.certificate("ca.crt")
    }

    pub fn trust(&self) -> Trust {
        Trust {
            anchors: vec![self.root()],
            intermediates: Vec::new(),
        }
    }

    /// The authority's current list as evidence.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            crls: vec![self.crl()],
            ..Evidence::default()
        }
    }

    pub fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_pem_or_der(&self.read(name)).expect("openssl's certificate is readable")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).expect("write");
    }

    /// Runs `openssl` here and insists on success; returns what it printed.
    pub fn openssl(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.try_openssl(arguments);
        assert!(
            output.status.success(),
            "openssl {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    pub fn try_openssl(&self, arguments: &[&str]) -> Output {
        Command::new("openssl")
            .args(arguments)
            .current_dir(self.directory.path())
            .env("OPENSSL_CONF", Path::new("openssl.cnf"))
            .output()
            .expect("these tests need the openssl program (Debian: openssl, libengine-gost-openssl)")
    }

    /// A token over these octets by the time stamp authority with `<name>.crt` and `<name>.key`.
    pub fn stamp(&self, name: &str, digest: DigestAlgorithm, octets: &[u8]) -> Vec<u8> {
        self.stamp_digest(name, digest, digest.digest(octets))
    }

    pub fn stamp_digest(&self, name: &str, algorithm: DigestAlgorithm, digest: Vec<u8>) -> Vec<u8> {
        self.answer(
            name,
            &TimeStampRequest {
                imprint: MessageImprint::new(algorithm, digest),
                policy: None,
                nonce: None,
                certificate_wanted: true,
            },
        )
    }

    /// The token that the authority answers to a request.
    pub fn answer(&self, name: &str, request: &TimeStampRequest) -> Vec<u8> {
        self.write("q.tsq", &request.to_der());
        let (certificate, key) = (format!("{name}.crt"), format!("{name}.key"));
        let mut all = vec!["ts", "-reply", "-config", "openssl.cnf", "-section", "tsa"];
        all.extend(["-signer", &certificate, "-inkey", &key]);
        all.extend(["-queryfile", "q.tsq", "-out", "r.tsr"]);
        self.openssl(&all);
        tsp::read_response(&self.read("r.tsr")).expect("granted")
    }

    /// Raw signature by `<name>.key` over octets that are already a digest or a DigestInfo.
    pub fn sign_raw(&self, name: &str, octets: &[u8]) -> Vec<u8> {
        self.write("raw.in", octets);
        let key = format!("{name}.key");
        self.openssl(&[
            "pkeyutl", "-sign", "-inkey", &key, "-in", "raw.in", "-out", "raw.out",
        ]);
        self.read("raw.out")
    }
}

/// Name of the family of a certificate's own key.
trait KeyFamily {
    fn signature_algorithm_of_key(&self) -> &'static str;
}

impl KeyFamily for Certificate {
    fn signature_algorithm_of_key(&self) -> &'static str {
        use kabinet_pki::SignatureFamily as F;
        match self.public_key().family() {
            Some(F::Gost256) => "gost256",
            Some(F::Gost512) => "gost512",
            _ => "other",
        }
    }
}

fn kind(key: &str) -> &'static (&'static str, &'static [&'static str], &'static str) {
    KEYS.iter()
        .find(|(name, ..)| *name == key)
        .unwrap_or_else(|| panic!("no such kind of key: {key}"))
}

fn stamp(at: OffsetDateTime) -> String {
    let (hour, minute, second) = at.to_hms();
    format!(
        "{:04}{:02}{:02}{hour:02}{minute:02}{second:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day()
    )
}

pub fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
