//! Which PKCS#11 modules exist and which of them are installed here: the list is data, `assets/pkcs11-modules.json`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::Module;

/// Known products with the paths they install to, and the folders p11-kit's module files are in.
#[derive(Clone, Debug)]
pub struct Catalogue {
    products: Vec<Product>,
    places: Places,
}

/// A product of the list with everything that belongs to its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownProduct {
    /// Such as `Рутокен ЭЦП`.
    pub name: String,
    /// As in [`Module`].
    pub generic: bool,
    /// As in [`Module`].
    pub network: bool,
    /// Where its module is looked for on this system, in this order; empty where the product does not exist for it.
    pub paths: Vec<PathBuf>,
}

/// Where this system keeps libraries and module files. Field values replace the gaps in the data.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// `{lib}`: folders of shared libraries; each is searched with its `pkcs11` subfolder.
    pub libraries: Vec<PathBuf>,
    /// `{system}`: the folder of system libraries on Windows, of this program's own word size.
    pub system: Vec<PathBuf>,
    /// `{programs}`: folders of installed programs on Windows.
    pub programs: Vec<PathBuf>,
    /// Folders of p11-kit's `*.module` files, in which JaCarta and ESMART packages register themselves.
    pub module_files: Vec<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
struct Data {
    modules: Vec<Product>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    name: String,
    #[serde(default)]
    generic: bool,
    #[serde(default)]
    network: bool,
    #[serde(default)]
    linux: Vec<String>,
    #[serde(default)]
    windows: Vec<String>,
    #[serde(default)]
    macos: Vec<String>,
}

impl Product {
    fn paths(&self) -> &[String] {
        match std::env::consts::OS {
            "windows" => &self.windows,
            "macos" => &self.macos,
            _ => &self.linux,
        }
    }
}

impl Catalogue {
    /// The shipped list, on this system.
    pub fn bundled() -> Self {
        Self::in_places(Places::of_this_system())
    }

    /// The shipped list with other folders.
    pub fn in_places(places: Places) -> Self {
        let data = include_str!("../../../assets/pkcs11-modules.json");
        // The data is part of the program and its shape is tested: a broken list is an empty one, not a crash.
        let products = serde_json::from_str::<Data>(data)
            .map(|data| data.modules)
            .unwrap_or_default();
        Self { products, places }
    }

    /// Every product of the list, installed or not.
    pub fn known(&self) -> Vec<KnownProduct> {
        let filled = |product: &Product| {
            let paths = product
                .paths()
                .iter()
                .flat_map(|template| self.places.fill(template));
            paths.collect()
        };
        let known = self.products.iter().map(|product| KnownProduct {
            name: product.name.clone(),
            generic: product.generic,
            network: product.network,
            paths: filled(product),
        });
        known.collect()
    }

    /// Modules whose file exists, in order of preference, each file once. Modules added by their path come from the caller.
    pub fn installed(&self) -> Vec<Module> {
        let listed = self.known().into_iter().flat_map(|product| {
            let of_path = move |path| Module {
                name: product.name.clone(),
                path,
                generic: product.generic,
                network: product.network,
            };
            product.paths.into_iter().map(of_path)
        });
        let mut seen = Vec::new();
        let mut modules = Vec::new();
        for module in listed.chain(self.places.registered()) {
            let Ok(file) = module.path.canonicalize() else {
                continue;
            };
            if file.is_file() && !seen.contains(&file) {
                seen.push(file);
                modules.push(module);
            }
        }
        modules
    }
}

impl Places {
    /// The usual folders of this system; those of the user's own configuration only for ordinary users, as p11-kit does.
    pub fn of_this_system() -> Self {
        if cfg!(windows) {
            Self::windows()
        } else {
            Self::unix()
        }
    }

    fn windows() -> Self {
        let variable = |name| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let system = variable("SystemRoot").map(|root| root.join("System32"));
        let programs = ["ProgramW6432", "ProgramFiles"].into_iter().filter_map(variable);
        Self {
            system: system.into_iter().collect(),
            programs: programs.collect(),
            ..Self::default()
        }
    }

    fn unix() -> Self {
        let triplet = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
        let libraries = [triplet.as_str(), "/usr/lib64", "/usr/lib", "/usr/local/lib"]
            .map(PathBuf::from)
            .to_vec();
        let mut module_files = ["/usr/share/p11-kit/modules", "/etc/pkcs11/modules"]
            .map(PathBuf::from)
            .to_vec();
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .filter(|home| home.is_absolute());
        if let Some(home) = home.filter(|_| !is_root()) {
            module_files.push(home.join(".config/pkcs11/modules"));
        }
        Self {
            libraries,
            module_files,
            ..Self::default()
        }
    }

    /// Every path a template stands for. A gap without a folder gives nothing.
    fn fill(&self, template: &str) -> Vec<PathBuf> {
        let below =
            |folders: &[PathBuf], rest: &str| folders.iter().map(|folder| folder.join(rest)).collect();
        if let Some(rest) = template.strip_prefix("{lib}/") {
            return self
                .libraries
                .iter()
                .flat_map(|folder| [folder.join(rest), folder.join("pkcs11").join(rest)])
                .collect();
        }
        if let Some(rest) = template.strip_prefix("{system}/") {
            return below(&self.system, rest);
        }
        if let Some(rest) = template.strip_prefix("{programs}/") {
            return below(&self.programs, rest);
        }
        vec![PathBuf::from(template)]
    }

    /// Modules registered with p11-kit. Its own trust, proxy and client modules hold no tokens.
    fn registered(&self) -> Vec<Module> {
        let entries = self
            .module_files
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok())
            .flatten();
        let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut files: Vec<PathBuf> = files
            .filter(|path| path.extension().is_some_and(|extension| extension == "module"))
            .collect();
        files.sort();
        let mut modules = Vec::new();
        for text in files.iter().filter_map(|file| std::fs::read_to_string(file).ok()) {
            let Some(library) = library_of(&text) else {
                continue;
            };
            let name = library
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if !name.starts_with("p11-kit-") {
                let paths = self.library_paths(&library).into_iter();
                modules.extend(paths.map(|path| Module {
                    name: name.clone(),
                    path,
                    generic: false,
                    network: false,
                }));
            }
        }
        modules
    }

    /// An absolute path as it is; a bare name below each `<lib>/pkcs11`.
    fn library_paths(&self, library: &Path) -> Vec<PathBuf> {
        if library.is_absolute() {
            return vec![library.to_path_buf()];
        }
        self.libraries
            .iter()
            .map(|folder| folder.join("pkcs11").join(library))
            .collect()
    }
}

/// The value of `module:` in a p11-kit module file (pkcs11.conf(5)).
fn library_of(text: &str) -> Option<PathBuf> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("module:"))?
        .trim();
    (!value.is_empty() && !value.contains("..")).then(|| PathBuf::from(value))
}

#[cfg(unix)]
fn is_root() -> bool {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_is_readable_and_names_only_places_of_its_system() {
        let data: Data =
            serde_json::from_str(include_str!("../../../assets/pkcs11-modules.json")).expect("readable");
        assert!(data.modules.len() >= 8);
        for product in &data.modules {
            for path in product.linux.iter().chain(&product.macos) {
                assert!(path.starts_with('/') || path.starts_with("{lib}/"), "{path}");
            }
            for path in &product.windows {
                assert!(
                    path.starts_with("{system}/") || path.starts_with("{programs}/"),
                    "{path}"
                );
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_product_is_known_with_every_place_it_is_looked_for() {
        let places = Places {
            libraries: vec!["/a".into(), "/b".into()],
            ..Places::default()
        };
        let known = Catalogue::in_places(places).known();
        let rutoken = known
            .iter()
            .find(|product| product.name == "Рутокен ЭЦП")
            .expect("listed");
        assert!(!rutoken.generic);
        let expected = [
            "/a/librtpkcs11ecp.so",
            "/a/pkcs11/librtpkcs11ecp.so",
            "/b/librtpkcs11ecp.so",
            "/b/pkcs11/librtpkcs11ecp.so",
        ];
        assert_eq!(rutoken.paths[..4], expected.map(PathBuf::from));
        assert!(
            rutoken
                .paths
                .contains(&"/opt/aktivco/rutokenecp/amd64/librtpkcs11ecp.so".into())
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_existing_files_are_installed_each_once_and_p11_kits_own_never() {
        let root = tempfile::tempdir().expect("a directory");
        let (lib, registered) = (root.path().join("lib"), root.path().join("modules"));
        std::fs::create_dir_all(lib.join("pkcs11")).expect("created");
        std::fs::create_dir_all(&registered).expect("created");
        let write = |path: PathBuf, text: &str| std::fs::write(path, text).expect("written");
        write(lib.join("librtpkcs11ecp.so"), "");
        write(lib.join("pkcs11/opensc-pkcs11.so"), "");
        write(lib.join("pkcs11/isbc.so"), "");
        write(lib.join("pkcs11/p11-kit-trust.so"), "");
        std::os::unix::fs::symlink(lib.join("librtpkcs11ecp.so"), lib.join("pkcs11/link.so"))
            .expect("linked");
        for (file, module) in [
            ("isbc.module", "isbc.so"),
            ("opensc.module", "opensc-pkcs11.so"),
            ("rutoken.module", "link.so"),
            ("p11-kit-trust.module", "p11-kit-trust.so"),
            ("gone.module", "/nowhere/gone.so"),
            ("escape.module", "../librtpkcs11ecp.so"),
        ] {
            write(
                registered.join(file),
                &format!("# comment\nmodule: {module}\npriority: 1\n"),
            );
        }
        write(
            registered.join("remote.module"),
            "remote: |p11-kit remote /x.so\n",
        );
        write(registered.join("isbc.bak"), "module: /nowhere/else.so\n");
        let places = Places {
            libraries: vec![lib.clone()],
            module_files: vec![registered],
            ..Places::default()
        };
        let installed = Catalogue::in_places(places).installed();
        let mine: Vec<_> = installed
            .iter()
            .filter(|module| module.path.starts_with(root.path()))
            .collect();
        let names: Vec<_> = mine
            .iter()
            .map(|module| (module.name.as_str(), module.generic))
            .collect();
        assert_eq!(names, [("Рутокен ЭЦП", false), ("OpenSC", true), ("isbc", false)]);
    }
}
