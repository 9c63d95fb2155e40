//! What a module cannot do in its worker.

#![cfg(target_os = "linux")]

use std::path::Path;

use kabinet_token::{Module, Tokens, Workers};

use crate::support::*;

/// A module that, when it is loaded, tries everything its worker takes from it, and writes down what succeeded.
const NOSY: &str = r#"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static void *nothing(void *p) { return p; }
__attribute__((constructor)) static void nose(void) {
    FILE *log = fopen(LOG, "w");
    fprintf(log, "read %d\n", open(SECRET, O_RDONLY) >= 0);
    fprintf(log, "write %d\n", open(SECRET ".new", O_CREAT | O_WRONLY, 0600) >= 0);
    fprintf(log, "neighbour %d\n", open(NEIGHBOUR, O_RDONLY) >= 0);
    fprintf(log, "internet %d\n", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    fprintf(log, "internet6 %d\n", socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
    fprintf(log, "unix %d\n", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    pid_t child;
    char *arguments[] = {"true", NULL};
    fprintf(log, "spawn %d\n", posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0);
    fprintf(log, "system %d\n", system("true") == 0);
    child = fork();
    if (child == 0) _exit(0);
    fprintf(log, "fork %d\n", child > 0);
    pthread_t thread;
    fprintf(log, "thread %d\n", pthread_create(&thread, NULL, nothing, NULL) == 0);
    struct rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    fprintf(log, "core %d\n", core.rlim_max != 0 || prctl(PR_GET_DUMPABLE) != 0);
    fprintf(log, "signal %d\n", kill(getppid(), 0) == 0);
    fclose(log);
}
unsigned long C_GetFunctionList(void **list) { *list = NULL; return 5; }
"#;

async fn what_succeeded(network: bool) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    for name in ["vault", "beside"] {
        std::fs::create_dir(file(name)).expect("created");
    }
    let (secret, neighbour, log) = (file("vault/secret"), file("beside/file"), file("beside/log"));
    for path in [&secret, &neighbour] {
        std::fs::write(path, "text").expect("written");
    }
    let path = file("nosy.so");
    compile(&path, &secret, &neighbour, &log);
    let workers = Workers::new(WORKER.into()).keep_out(vec![file("vault")]);
    let module = Module {
        network,
        ..module(&path)
    };
    let scan = Tokens::new(vec![module], workers).scan().await;
    assert_eq!(scan.problems.len(), 1, "it is no real module: {scan:?}");
    std::fs::read_to_string(log).expect("the module was loaded")
}

fn compile(path: &Path, secret: &Path, neighbour: &Path, log: &Path) {
    let quoted = |name: &str, path: &Path| format!("-D{name}=\"{}\"", text(path));
    let definitions = [
        quoted("SECRET", secret),
        quoted("NEIGHBOUR", neighbour),
        quoted("LOG", log),
    ];
    let mut arguments = vec![
        "-x",
        "c",
        "-",
        "-w",
        "-shared",
        "-fPIC",
        "-include",
        "signal.h",
        "-o",
        text(path),
    ];
    arguments.extend(definitions.iter().map(String::as_str));
    run("cc", &arguments, &[], NOSY.as_bytes());
}

#[tokio::test]
async fn a_module_reaches_its_token_and_neither_the_vault_nor_the_network_nor_other_programs() {
    assert_eq!(
        what_succeeded(false).await,
        "read 0\nwrite 0\nneighbour 1\ninternet 0\ninternet6 0\nunix 1\nspawn 0\nsystem 0\nfork 0\nthread 1\ncore 0\nsignal 0\n"
    );
}

#[tokio::test]
async fn a_module_with_keys_elsewhere_may_use_the_network_and_nothing_more() {
    let succeeded = what_succeeded(true).await;
    assert!(succeeded.contains("internet 1\ninternet6 1\n"), "{succeeded}");
    assert!(
        succeeded.contains("read 0\n") && succeeded.contains("fork 0\n"),
        "{succeeded}"
    );
}
