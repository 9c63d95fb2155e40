//! A server of PostgreSQL for the tests of one process, from Debian's package `postgresql`: on a unix socket, in a
//! folder of its own, gone when the process ends however it ends.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use ::postgres::{Client, Config, NoTls};

/// Makes the cluster, serves it, and ends when the pipe at its input closes: with the process that holds it.
const SCRIPT: &str = r#"
set -e
"$1/initdb" --pgdata="$2/data" --username=tester --auth=trust --encoding=UTF8 --locale=C --no-sync >"$2/log" 2>&1
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=60 -c fsync=off >>"$2/log" 2>&1 &
server=$!
trap 'kill -QUIT $server; wait $server; rm -rf "$2"' EXIT
for try in $(seq 300); do
    "$1/pg_isready" -q -h "$2" && break
    kill -0 $server
    sleep 0.1
done
echo ready
read end || true
"#;

struct Server {
    folder: PathBuf,
    /// Its input is the pipe.
    _guard: Mutex<Child>,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The address of an empty database.
pub fn database() -> String {
    let server = SERVER.get_or_init(Server::start);
    let name = format!("portal{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut client: Client = Config::new()
        .host_path(&server.folder)
        .user("tester")
        .dbname("postgres")
        .connect(NoTls)
        .unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("postgres:///{name}?host={}&user=tester", server.folder.display())
}

impl Server {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("portal-pg")
            .tempdir()
            .unwrap()
            .keep();
        // PostgreSQL refuses to run as root; the package has made a user for it.
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let mut command = if is_root {
            let chown = Command::new("chown")
                .arg("postgres:")
                .arg(&folder)
                .status()
                .unwrap();
            assert!(
                chown.success(),
                "user postgres of Debian's package postgresql is missing"
            );
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let mut guard = command
            .args(["-c", SCRIPT, "sh"])
            .args([&programs, &folder])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = guard.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(line, "ready\n", "PostgreSQL did not start: {}", log());
        Self {
            folder,
            _guard: Mutex::new(guard),
        }
    }
}

/// Where Debian keeps the newest version's programs.
fn programs() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, bin): &(u32, PathBuf)| Path::exists(&bin.join("initdb")))
        .collect();
    versions.sort();
    let (_, newest) = versions.pop().expect(
        "no server of PostgreSQL: these tests need Debian's package postgresql (`./dev test` installs it, or \
         `apt-get install postgresql`)",
    );
    newest
}
