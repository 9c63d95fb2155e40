//! The library loaded like a client loads it, a directory of tokens, and OpenSSL as the judge.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    ptr::{NonNull, null_mut},
};

use cryptoki_sys as ck;
use kabinet_softtoken::{Profile, TokenDirectory, TokenHome};
use tempfile::TempDir;

pub const SERIAL: &str = "0A1B2C3D";
pub const PIN: &[u8] = b"1234567890";
pub const SO_PIN: &[u8] = b"0987654321";

/// The cdylib that cargo built beside this test.
pub fn library() -> PathBuf {
    let test = std::env::current_exe().expect("path of the test");
    let deps = test.parent().expect("deps folder");
    let name = format!(
        "{}kabinet_softtoken{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    [
        deps.join(&name),
        deps.parent().expect("profile folder").join(&name),
    ]
    .into_iter()
    .filter(|path| path.is_file())
    .max_by_key(|path| {
        path.metadata()
            .and_then(|metadata| metadata.modified())
            .expect("time")
    })
    .expect("cargo builds the library for this test")
}

/// A directory with one token in it.
pub struct Bench {
    dir: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// A token of this kind.
    pub fn model(name: &str) -> Self {
        Self::with(|profile| *profile = Profile::of_model(name, SERIAL, "Бухгалтерия"))
    }

    pub fn with(adjust: impl FnOnce(&mut Profile)) -> Self {
        let bench = Self {
            dir: tempfile::tempdir().expect("temporary directory"),
        };
        let mut profile = Profile::of_model("Rutoken ECP", SERIAL, "Бухгалтерия");
        adjust(&mut profile);
        bench.tokens().create(profile, PIN, SO_PIN).expect("creates");
        std::fs::write(bench.path("gost.cnf"), GOST_CONFIG).expect("gost.cnf");
        bench
    }

    pub fn tokens(&self) -> TokenDirectory {
        TokenDirectory::new(self.path("tokens"))
    }

    pub fn token(&self) -> TokenHome {
        self.tokens().token(SERIAL).expect("exists")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), content).expect("writes");
        self.path(name)
    }

    pub fn fault(&self, directives: &[&str]) {
        let directives: Vec<String> = directives.iter().map(|line| (*line).to_owned()).collect();
        kabinet_softtoken::faults::write(&self.path("tokens/control"), &directives, true).expect("writes");
    }

    /// Loads a copy of the library of its own: a module has one state per loaded file.
    pub fn load(&self) -> Module {
        self.load_as("kabinet")
    }

    /// The same, posing as the library of a vendor.
    pub fn load_as(&self, vendor: &str) -> Module {
        let variable = kabinet_softtoken::config::DIRECTORY_VARIABLE;
        assert!(
            std::env::var_os(variable).is_none(),
            "unset {variable}: it would lead the tests to your tokens"
        );
        let folder = tempfile::tempdir_in(self.dir.path())
            .expect("temporary directory")
            .keep();
        let copy = folder.join("module.so");
        std::fs::copy(library(), &copy).expect("copies");
        let config = format!(
            "directory = {}\nvendor = {vendor}\n",
            self.path("tokens").display()
        );
        std::fs::write(folder.join(kabinet_softtoken::config::FILE_NAME), config).expect("writes");
        Module::load(&copy)
    }

    pub fn run(&self, program: &str, args: &[&str]) -> Output {
        Command::new(program)
            .args(args)
            .current_dir(self.dir.path())
            .env("OPENSSL_CONF", self.path("gost.cnf"))
            .env(kabinet_softtoken::config::DIRECTORY_VARIABLE, self.path("tokens"))
            .output()
            .unwrap_or_else(|error| panic!("{program} must be installed: {error}"))
    }

    pub fn ok(&self, program: &str, args: &[&str]) -> String {
        let output = self.run(program, args);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{program} {args:?}: {} {text} {errors}",
            output.status
        );
        text
    }

    /// Whether OpenSSL takes the raw signature for one of the digest by the key of this SubjectPublicKeyInfo.
    pub fn judge(&self, spki: &[u8], digest: &[u8], signature: &[u8]) -> bool {
        self.write("judged.pub", spki);
        self.write("judged.digest", digest);
        self.write("judged.sig", signature);
        let args = [
            "pkeyutl",
            "-verify",
            "-pubin",
            "-keyform",
            "DER",
            "-inkey",
            "judged.pub",
            "-in",
            "judged.digest",
        ];
        self.run("openssl", &[&args[..], &["-sigfile", "judged.sig"]].concat())
            .status
            .success()
    }
}

const GOST_CONFIG: &str = "openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
[req]
distinguished_name = dn
utf8 = yes
[dn]
";

/// A loaded module.
pub struct Module {
    pub list: ck::CK_FUNCTION_LIST,
    _library: libloading::Library,
}

/// Calls a function of the list.
macro_rules! call {
    ($module:expr, $function:ident $(, $argument:expr)* $(,)?) => {
        // SAFETY: the tests pass pointers the function may follow, or null.
        unsafe { ($module.list.$function.expect("every pointer is set"))($($argument),*) }
    };
}
pub(crate) use call;

impl Module {
    fn load(path: &Path) -> Self {
        // SAFETY: our own library, with an initialiser that does nothing.
        let library = unsafe { libloading::Library::new(path) }.expect("loads");
        let mut list = null_mut();
        {
            // SAFETY: the type is the one of the standard.
            let get_list = unsafe {
                library.get::<unsafe extern "C" fn(*mut *mut ck::CK_FUNCTION_LIST) -> ck::CK_RV>(
                    b"C_GetFunctionList",
                )
            }
            .expect("is exported");
            // SAFETY: a valid place for the pointer.
            assert_eq!(unsafe { get_list(&mut list) }, ck::CKR_OK);
        }
        // SAFETY: the list lives as long as the library.
        let list = *unsafe { NonNull::new(list).expect("a list").as_ref() };
        let module = Self {
            list,
            _library: library,
        };
        assert_eq!(call!(module, C_Initialize, null_mut()), ck::CKR_OK);
        module
    }

    /// Opens a session in the first slot with a token.
    pub fn open(&self, flags: ck::CK_FLAGS) -> ck::CK_SESSION_HANDLE {
        let mut session = 0;
        let slot = self.slots(true)[0];
        let flags = flags | ck::CKF_SERIAL_SESSION;
        assert_eq!(
            call!(self, C_OpenSession, slot, flags, null_mut(), None, &mut session),
            ck::CKR_OK
        );
        session
    }

    /// A writable session with the user logged in.
    pub fn user(&self) -> ck::CK_SESSION_HANDLE {
        let session = self.open(ck::CKF_RW_SESSION);
        assert_eq!(self.login(session, ck::CKU_USER, PIN), ck::CKR_OK);
        session
    }

    pub fn slots(&self, present: bool) -> Vec<ck::CK_SLOT_ID> {
        let mut slots = vec![0; 32];
        let mut count = 32;
        let rv = call!(
            self,
            C_GetSlotList,
            u8::from(present),
            slots.as_mut_ptr(),
            &mut count
        );
        assert_eq!(rv, ck::CKR_OK);
        slots.truncate(usize::try_from(count).expect("small"));
        slots
    }

    pub fn login(&self, session: ck::CK_SESSION_HANDLE, user: ck::CK_USER_TYPE, pin: &[u8]) -> ck::CK_RV {
        call!(self, C_Login, session, user, pin.as_ptr().cast_mut(), length(pin))
    }

    pub fn token_info(&self) -> ck::CK_TOKEN_INFO {
        let mut info = ck::CK_TOKEN_INFO::default();
        assert_eq!(
            call!(self, C_GetTokenInfo, self.slots(true)[0], &mut info),
            ck::CKR_OK
        );
        info
    }

    /// The warnings about the user's PIN.
    pub fn pin_flags(&self) -> ck::CK_FLAGS {
        let all = ck::CKF_USER_PIN_COUNT_LOW | ck::CKF_USER_PIN_FINAL_TRY | ck::CKF_USER_PIN_LOCKED;
        self.token_info().flags & (all | ck::CKF_USER_PIN_TO_BE_CHANGED)
    }

    pub fn find(&self, session: ck::CK_SESSION_HANDLE, template: &Template) -> Vec<ck::CK_OBJECT_HANDLE> {
        let mut wanted = template.attributes();
        let rv = call!(
            self,
            C_FindObjectsInit,
            session,
            wanted.as_mut_ptr(),
            length(&wanted)
        );
        assert_eq!(rv, ck::CKR_OK);
        let mut found = vec![0; 64];
        let mut count = 0;
        assert_eq!(
            call!(self, C_FindObjects, session, found.as_mut_ptr(), 64, &mut count),
            ck::CKR_OK
        );
        assert_eq!(call!(self, C_FindObjectsFinal, session), ck::CKR_OK);
        found.truncate(usize::try_from(count).expect("small"));
        found
    }

    /// One attribute, or why not.
    pub fn attribute(
        &self,
        session: ck::CK_SESSION_HANDLE,
        object: ck::CK_OBJECT_HANDLE,
        type_: ck::CK_ATTRIBUTE_TYPE,
    ) -> Result<Vec<u8>, ck::CK_RV> {
        let mut value = vec![0; 4096];
        let mut attribute = ck::CK_ATTRIBUTE {
            type_,
            pValue: value.as_mut_ptr().cast(),
            ulValueLen: length(&value),
        };
        match call!(self, C_GetAttributeValue, session, object, &mut attribute, 1) {
            ck::CKR_OK => {
                value.truncate(usize::try_from(attribute.ulValueLen).expect("small"));
                Ok(value)
            }
            ck::CKR_OBJECT_HANDLE_INVALID => Err(ck::CKR_OBJECT_HANDLE_INVALID),
            rv => {
                assert_eq!(attribute.ulValueLen, ck::CK_UNAVAILABLE_INFORMATION);
                Err(rv)
            }
        }
    }

    pub fn create(
        &self,
        session: ck::CK_SESSION_HANDLE,
        template: &Template,
    ) -> Result<ck::CK_OBJECT_HANDLE, ck::CK_RV> {
        let mut object = 0;
        let mut attributes = template.attributes();
        let count = length(&attributes);
        match call!(
            self,
            C_CreateObject,
            session,
            attributes.as_mut_ptr(),
            count,
            &mut object
        ) {
            ck::CKR_OK => Ok(object),
            rv => Err(rv),
        }
    }

    /// A key pair over the curve with this identifier (DER).
    pub fn generate(
        &self,
        session: ck::CK_SESSION_HANDLE,
        mechanism: ck::CK_MECHANISM_TYPE,
        curve: &[u8],
    ) -> Result<(ck::CK_OBJECT_HANDLE, ck::CK_OBJECT_HANDLE), ck::CK_RV> {
        // The parameters in both templates, as vendor samples send them.
        let public = Template::new()
            .flag(ck::CKA_TOKEN, true)
            .octets(ck::CKA_GOSTR3410_PARAMS, curve);
        let private = Template::new()
            .flag(ck::CKA_TOKEN, true)
            .flag(ck::CKA_PRIVATE, true)
            .octets(ck::CKA_GOSTR3410_PARAMS, curve)
            .octets(0x8000_2002, &[0]);
        let (mut public, mut private) = (public.attributes(), private.attributes());
        let mut mechanism = plain(mechanism);
        let (mut public_key, mut private_key) = (0, 0);
        let rv = call!(
            self,
            C_GenerateKeyPair,
            session,
            &mut mechanism,
            public.as_mut_ptr(),
            length(&public),
            private.as_mut_ptr(),
            length(&private),
            &mut public_key,
            &mut private_key,
        );
        if rv == ck::CKR_OK {
            Ok((public_key, private_key))
        } else {
            Err(rv)
        }
    }

    /// Signs in one part with a buffer large enough.
    pub fn sign(
        &self,
        session: ck::CK_SESSION_HANDLE,
        mechanism: ck::CK_MECHANISM_TYPE,
        key: ck::CK_OBJECT_HANDLE,
        data: &[u8],
    ) -> Result<Vec<u8>, ck::CK_RV> {
        match call!(self, C_SignInit, session, &mut plain(mechanism), key) {
            ck::CKR_OK => self.sign_started(session, data),
            rv => Err(rv),
        }
    }

    pub fn sign_started(&self, session: ck::CK_SESSION_HANDLE, data: &[u8]) -> Result<Vec<u8>, ck::CK_RV> {
        let mut signature = vec![0; 512];
        let mut count = length(&signature);
        let data_pointer = data.as_ptr().cast_mut();
        match call!(
            self,
            C_Sign,
            session,
            data_pointer,
            length(data),
            signature.as_mut_ptr(),
            &mut count
        ) {
            ck::CKR_OK => {
                signature.truncate(usize::try_from(count).expect("small"));
                Ok(signature)
            }
            rv => Err(rv),
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        call!(self, C_Finalize, null_mut());
    }
}

/// A mechanism without a parameter.
pub fn plain(mechanism: ck::CK_MECHANISM_TYPE) -> ck::CK_MECHANISM {
    ck::CK_MECHANISM {
        mechanism,
        pParameter: null_mut(),
        ulParameterLen: 0,
    }
}

pub fn length<T>(items: &[T]) -> ck::CK_ULONG {
    ck::CK_ULONG::try_from(items.len()).expect("small")
}

/// A template that owns its values.
#[derive(Default)]
pub struct Template(Vec<(ck::CK_ATTRIBUTE_TYPE, Vec<u8>)>);

impl Template {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn octets(mut self, attribute: ck::CK_ATTRIBUTE_TYPE, value: &[u8]) -> Self {
        self.0.push((attribute, value.to_vec()));
        self
    }

    pub fn flag(self, attribute: ck::CK_ATTRIBUTE_TYPE, value: bool) -> Self {
        self.octets(attribute, &[u8::from(value)])
    }

    pub fn number(self, attribute: ck::CK_ATTRIBUTE_TYPE, value: ck::CK_ULONG) -> Self {
        self.octets(attribute, &value.to_ne_bytes())
    }

    pub fn class(class: ck::CK_OBJECT_CLASS) -> Self {
        Self::new().number(ck::CKA_CLASS, class)
    }

    /// Structures pointing into this template.
    pub fn attributes(&self) -> Vec<ck::CK_ATTRIBUTE> {
        self.0
            .iter()
            .map(|(type_, value)| ck::CK_ATTRIBUTE {
                type_: *type_,
                pValue: value.as_ptr().cast_mut().cast(),
                ulValueLen: length(value),
            })
            .collect()
    }
}
