//! OpenSSL with the GOST engine: the judge and the signer we did not write.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::process::{must, run, text};

const CONFIGURATION: &str = "openssl_conf = openssl_init
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
[v3_leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[authority]
dir = .
database = $dir/index.txt
serial = $dir/serial
crlnumber = $dir/crlnumber
new_certs_dir = $dir
certificate = $dir/root.crt
private_key = $dir/root.key
default_md = default
default_days = 365
default_crl_days = 7
policy = policy
unique_subject = no
[policy]
commonName = supplied
";

/// OpenSSL in a folder of its own.
pub struct OpenSsl {
    folder: TempDir,
}

impl Default for OpenSsl {
    fn default() -> Self {
        Self::new()
    }
}

impl OpenSsl {
    /// An empty folder with a configuration that loads the engine.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("gost.cnf"), CONFIGURATION).unwrap();
        Self { folder }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("openssl");
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("OPENSSL_CONF", self.path("gost.cnf"));
        command
    }

    /// Runs `openssl`, which has to succeed, and gives its standard output.
    pub fn must(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        must(&mut self.command(arguments), input)
    }

    /// Whether `openssl` succeeds, and its complaint.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> (bool, String) {
        let output = run(&mut self.command(arguments), input);
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// A hash in lower-case hexadecimal.
    pub fn hash(&self, algorithm: &str, content: &[u8]) -> String {
        let line = String::from_utf8(self.must(&["dgst", &format!("-{algorithm}"), "-r"], content)).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    }

    /// Panics unless OpenSSL takes this for a CAdES-BES signature by a certificate of this authority.
    pub fn accepts(&self, signature: &[u8], content: Option<&[u8]>, roots: &Path) {
        let (accepted, complaint) = self.judges(signature, content, roots);
        assert!(accepted, "{complaint}");
    }

    /// Whether OpenSSL takes it; with its complaint.
    pub fn judges(&self, signature: &[u8], content: Option<&[u8]>, roots: &Path) -> (bool, String) {
        let work = tempfile::tempdir_in(self.folder.path()).unwrap();
        let signature_file = work.path().join("signature");
        std::fs::write(&signature_file, signature).unwrap();
        let mut arguments = vec![
            "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any",
        ];
        arguments.extend([
            "-in",
            text(&signature_file),
            "-CAfile",
            text(roots),
            "-out",
            "/dev/null",
        ]);
        let content_file = work.path().join("content");
        if let Some(content) = content {
            std::fs::write(&content_file, content).unwrap();
            arguments.extend(["-content", text(&content_file)]);
        }
        self.run(&arguments, b"")
    }

    /// A signature, DER, with more options of `openssl cms -sign`, for example `-nodetach`.
    pub fn sign(&self, key: &Path, certificate: &Path, content: &[u8], options: &[&str]) -> Vec<u8> {
        let public =
            String::from_utf8(self.must(&["pkey", "-in", text(key), "-noout", "-text"], b"")).unwrap();
        // The digest belongs to the kind and the size of the key.
        let digest = match () {
            () if !public.contains("Parameter set") => "sha256",
            () if public.contains("512 bit") => "md_gost12_512",
            () => "md_gost12_256",
        };
        let mut arguments = vec![
            "cms",
            "-sign",
            "-binary",
            "-cades",
            "-nosmimecap",
            "-outform",
            "DER",
            "-md",
            digest,
        ];
        arguments.extend(["-signer", text(certificate), "-inkey", text(key)]);
        arguments.extend(options);
        self.must(&arguments, content)
    }

    /// What OpenSSL prints about a signature.
    pub fn describe(&self, signature: &[u8]) -> String {
        let printed = self.must(
            &["cms", "-cmsout", "-print", "-noout", "-inform", "DER"],
            signature,
        );
        String::from_utf8_lossy(&printed).into_owned()
    }
}

/// An authority made by OpenSSL, with leaves of any algorithm.
pub struct Authority {
    openssl: OpenSsl,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// A self-signed GOST root.
    pub fn new() -> Self {
        let openssl = OpenSsl::new();
        for (file, content) in [("index.txt", ""), ("serial", "01\n"), ("crlnumber", "01\n")] {
            std::fs::write(openssl.path(file), content).unwrap();
        }
        let request = [
            "req",
            "-x509",
            "-newkey",
            "gost2012_512",
            "-pkeyopt",
            "paramset:A",
            "-nodes",
            "-days",
            "3650",
        ];
        let names = [
            "-keyout",
            "root.key",
            "-out",
            "root.crt",
            "-subj",
            "/CN=Испытательный УЦ",
            "-extensions",
            "v3_ca",
        ];
        openssl.must(
            &[&request[..], &names, &["-md_gost12_512", "-config", "gost.cnf"]].concat(),
            b"",
        );
        Self { openssl }
    }

    /// Makes a key and a certificate: `<name>.key`, `<name>.crt`. The algorithm is written as for `genpkey`, for example
    /// `gost2012_256:paramset:TCA`.
    pub fn issue(&self, name: &str, algorithm: &str) {
        let (algorithm, option) = algorithm.split_once(':').unwrap();
        let (key, request, certificate) = (
            format!("{name}.key"),
            format!("{name}.csr"),
            format!("{name}.crt"),
        );
        let openssl = &self.openssl;
        openssl.must(
            &[
                "genpkey",
                "-algorithm",
                algorithm,
                "-pkeyopt",
                option,
                "-out",
                &key,
            ],
            b"",
        );
        let subject = format!("/CN={name}");
        openssl.must(
            &[
                "req", "-new", "-key", &key, "-out", &request, "-subj", &subject, "-config", "gost.cnf",
            ],
            b"",
        );
        let issue = [
            "ca",
            "-batch",
            "-config",
            "gost.cnf",
            "-name",
            "authority",
            "-notext",
            "-utf8",
        ];
        openssl.must(
            &[
                &issue[..],
                &["-in", &request, "-out", &certificate, "-extensions", "v3_leaf"],
            ]
            .concat(),
            b"",
        );
    }

    /// Makes a key and a certificate with this subject, as `-subj` is written: `<name>.key`, `<name>.crt`.
    pub fn issue_to(&self, name: &str, subject: &str) {
        let (key, request, certificate) = (
            format!("{name}.key"),
            format!("{name}.csr"),
            format!("{name}.crt"),
        );
        let openssl = &self.openssl;
        let algorithm = ["-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCA"];
        openssl.must(&[&["genpkey"][..], &algorithm, &["-out", &key]].concat(), b"");
        let asked = [
            "-key", &key, "-out", &request, "-subj", subject, "-utf8", "-config", "gost.cnf",
        ];
        openssl.must(&[&["req", "-new"][..], &asked].concat(), b"");
        // `ca` would leave out what its policy does not name.
        let issued = [
            "-in",
            &request,
            "-out",
            &certificate,
            "-CA",
            "root.crt",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "300",
            "-extfile",
            "gost.cnf",
            "-extensions",
            "v3_leaf",
        ];
        openssl.must(&[&["x509", "-req"][..], &issued].concat(), b"");
    }

    /// Puts a certificate on the next revocation list.
    pub fn revoke(&self, name: &str) {
        let certificate = format!("{name}.crt");
        let revoke = [
            "ca",
            "-config",
            "gost.cnf",
            "-name",
            "authority",
            "-revoke",
            &certificate,
        ];
        self.openssl
            .must(&[&revoke[..], &["-crl_reason", "keyCompromise"]].concat(), b"");
    }

    /// The revocation list of now.
    pub fn crl(&self) -> PathBuf {
        self.openssl.must(
            &[
                "ca",
                "-config",
                "gost.cnf",
                "-name",
                "authority",
                "-gencrl",
                "-out",
                "root.crl",
            ],
            b"",
        );
        self.path("root.crl")
    }

    /// A PKCS#12 file with a key and its certificate.
    pub fn pkcs12(&self, name: &str, passphrase: &str, options: &[&str]) -> PathBuf {
        let (key, certificate, file) = (
            format!("{name}.key"),
            format!("{name}.crt"),
            format!("{name}.p12"),
        );
        let passphrase = format!("pass:{passphrase}");
        let export = [
            "pkcs12",
            "-export",
            "-inkey",
            &key,
            "-in",
            &certificate,
            "-out",
            &file,
            "-passout",
            &passphrase,
        ];
        self.openssl.must(&[&export[..], options].concat(), b"");
        self.path(&file)
    }

    /// A file of the authority, for example `root.crt`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.openssl.path(name)
    }

    /// SHA-256 of a certificate, hex.
    pub fn fingerprint(&self, name: &str) -> String {
        let certificate = format!("{name}.crt");
        let der = self
            .openssl
            .must(&["x509", "-in", &certificate, "-outform", "DER"], b"");
        self.openssl.hash("sha256", &der)
    }

    /// A signature of one of the leaves.
    pub fn sign(&self, name: &str, content: &[u8], options: &[&str]) -> Vec<u8> {
        let path = |extension: &str| self.path(&format!("{name}.{extension}"));
        self.openssl.sign(&path("key"), &path("crt"), content, options)
    }

    /// OpenSSL in the authority's folder.
    pub fn openssl(&self) -> &OpenSsl {
        &self.openssl
    }
}
