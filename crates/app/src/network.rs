//! Notices that the network has changed, so that what waits for it is tried at once.

use std::time::Duration;

use crate::App;

/// A network comes in steps (link, address, route): it is tried once they are over.
const QUIET: Duration = Duration::from_secs(2);
/// Steps without an end are not waited for.
const LONGEST: Duration = Duration::from_secs(10);

impl App {
    /// Tries what waits for the network whenever that has changed. Ends with the program.
    ///
    /// Linux tells of changes by rtnetlink(7). Elsewhere what waits is tried at its own pace only.
    pub async fn watch_network_forever(&self) {
        #[cfg(target_os = "linux")]
        match linux::Changes::new() {
            Ok(mut changes) => {
                while changes.settled(QUIET, LONGEST).await.is_some() {
                    self.network_changed().await;
                }
            }
            Err(error) => tracing::info!(%error, "changes of the network are not told"),
        }
        std::future::pending().await
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::time::Duration;

    use rustix::net::netlink::SocketAddrNetlink;
    use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};
    use tokio::sync::mpsc;
    use tokio::time::{Instant, timeout, timeout_at};

    /// `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR`, `RTMGRP_IPV4_ROUTE`, `RTMGRP_IPV6_IFADDR`, `RTMGRP_IPV6_ROUTE` of linux/rtnetlink.h.
    const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    /// What the kernel tells of links, addresses and routes.
    pub(super) struct Changes(mpsc::Receiver<()>);

    impl Changes {
        pub(super) fn new() -> io::Result<Self> {
            // No protocol is protocol 0, and that is `NETLINK_ROUTE`.
            let socket = socket_with(
                AddressFamily::NETLINK,
                SocketType::RAW,
                SocketFlags::CLOEXEC,
                None,
            )?;
            bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
            let (tell, told) = mpsc::channel(1);
            // A thread of its own: it waits in the kernel until the program ends.
            std::thread::Builder::new()
                .name("network".into())
                .spawn(move || {
                    let mut buffer = [0_u8; 4096];
                    while !tell.is_closed() {
                        match recv(&socket, &mut buffer, RecvFlags::empty()) {
                            // Without room, changes came faster than they were read. What changed does not matter: a word that
                            // waits to be heard speaks for all.
                            Ok(_) | Err(rustix::io::Errno::NOBUFS) => drop(tell.try_send(())),
                            Err(rustix::io::Errno::INTR) => {}
                            Err(error) => {
                                return tracing::warn!(%error, "the network's changes cannot be read");
                            }
                        }
                    }
                })?;
            Ok(Self(told))
        }

        /// Waits for the next change and until `quiet` has passed after the last one, or `longest` after the first; `None` when
        /// nothing is told any more.
        pub(super) async fn settled(&mut self, quiet: Duration, longest: Duration) -> Option<()> {
            self.0.recv().await?;
            let end = Instant::now() + longest;
            while let Ok(Ok(Some(()))) = timeout_at(end, timeout(quiet, self.0.recv())).await {}
            Some(())
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        /// Runs again as the root of a network of its own, where an address can come and go.
        #[test]
        fn an_address_that_comes_is_noticed() {
            const INSIDE: &str = "KABINET_TEST_OWN_NETWORK";
            if std::env::var_os(INSIDE).is_none() {
                let again = std::process::Command::new("unshare")
                    .args(["--map-root-user", "--net"])
                    .arg(std::env::current_exe().unwrap())
                    .args([
                        "--exact",
                        "network::linux::tests::an_address_that_comes_is_noticed",
                    ])
                    .env(INSIDE, "1")
                    .output()
                    .unwrap();
                let said = String::from_utf8_lossy(&again.stdout).into_owned();
                assert!(again.status.success() && said.contains("1 passed"), "{again:?}");
                return;
            }
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut changes = Changes::new().unwrap();
                let quiet = Duration::from_millis(100);
                let nothing = timeout(Duration::from_millis(300), changes.settled(quiet, quiet)).await;
                assert!(nothing.is_err(), "nothing has changed yet");
                let came = std::process::Command::new("ip")
                    .args(["address", "add", "127.0.0.7/8", "dev", "lo"])
                    .status()
                    .unwrap();
                assert!(came.success());
                let noticed = timeout(
                    Duration::from_secs(5),
                    changes.settled(quiet, Duration::from_secs(1)),
                )
                .await;
                noticed.expect("an address came").unwrap();
            });
        }
    }
}
