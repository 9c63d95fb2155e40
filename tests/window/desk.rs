//! A desk for one test: portal, token, program and driver, all of its own.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kabinet_reference_portal::Settings;
use kabinet_testkit::{Drawer, Stand};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, WindowHandle};

pub const PASSPHRASE: &str = "одуванчик-7";
/// Longest wait for what is on its way.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long one element that was found is looked at before it is looked for again.
const SHORTLY: Duration = Duration::from_secs(1);

/// One desk at a time: a second start of the program on the same bus only wakes the first.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Everything one test needs; dropped, it is all gone.
pub struct Desk {
    _turn: tokio::sync::MutexGuard<'static, ()>,
    pub driver: WebDriver,
    pub stand: Stand,
    /// Holds the token's files for as long as the program looks at them.
    pub drawer: Drawer,
    home: tempfile::TempDir,
    driver_process: Child,
    notifications: Notifications,
    main: WindowHandle,
    name: &'static str,
    shot: u32,
}

/// A computer nobody sits at.
pub struct Computer {
    home: tempfile::TempDir,
    drawer: Drawer,
}

impl Computer {
    /// One with nothing of the program on it, and a token with these keys.
    pub fn new(stand: &Stand, serial: &str, certificates: &[&str]) -> Result<Self> {
        let drawer = Drawer::new();
        drawer.add(stand, serial, certificates);
        let home = new_home(&drawer)?;
        Ok(Self { home, drawer })
    }
}

/// The home of somebody who has chosen where the tokens are and nothing else.
fn new_home(drawer: &Drawer) -> Result<tempfile::TempDir> {
    let home = tempfile::tempdir()?;
    let settings = serde_json::json!({
        "language": "ru", "theme": "light", "lockAfterMinutes": 15, "modules": [drawer.module()],
    });
    std::fs::write(home.path().join("settings.json"), settings.to_string())?;
    place_browser(home.path())?;
    Ok(home)
}

impl Desk {
    /// Sets the desk and starts the program with an empty vault folder.
    pub async fn set(name: &'static str) -> Result<Self> {
        let turn = TURN.lock().await;
        // The WebDriver client brings no provider of its own; both tests may come first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let stand = Stand::start_with(Settings {
            speed: 20.0,
            ..Settings::default()
        });
        let drawer = Drawer::new();
        drawer.add(
            &stand,
            "0A1B2C3D",
            &["accountant", "accountant-expired", "stranger"],
        );
        let home = new_home(&drawer)?;
        let notifications = Notifications::listen(home.path())?;
        let (driver_process, driver) = start(home.path(), &stand).await?;
        let main = driver.window().await?;
        Ok(Self {
            _turn: turn,
            driver,
            stand,
            drawer,
            home,
            driver_process,
            notifications,
            main,
            name,
            shot: 0,
        })
    }

    /// The program is killed where it stands, and started again over the same home.
    pub async fn crash(&mut self) -> Result<()> {
        kill_group(&self.driver_process);
        self.driver_process.wait()?;
        // A process in the middle of a write to the disk dies a little later. Until then a new start only wakes it.
        let deadline = Instant::now() + PATIENCE;
        while group_lives(self.driver_process.id())? {
            ensure!(Instant::now() < deadline, "what was killed lives on");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // The session died with its driver: there is nobody to tell.
        let (process, driver) = start(self.home.path(), &self.stand).await?;
        self.driver_process = process;
        std::mem::replace(&mut self.driver, driver).leak()?;
        self.main = self.driver.window().await?;
        Ok(())
    }

    /// Leaves this computer for another one, with its own home and tokens; what is given holds the one that was left.
    pub async fn change_to(&mut self, other: &mut Computer) -> Result<()> {
        std::mem::swap(&mut self.home, &mut other.home);
        std::mem::swap(&mut self.drawer, &mut other.drawer);
        self.crash().await
    }

    /// Trusts a certificate on this computer, as an administrator would.
    pub fn trust(&self, certificate: &Path) -> Result<()> {
        let folder = self.home.path().join("trust");
        std::fs::create_dir_all(&folder)?;
        std::fs::copy(certificate, folder.join("own.crt"))?;
        Ok(())
    }

    /// A place for files of the user.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Opens a file the way a file manager does: by starting the program with it.
    pub fn open_with_program(&self, file: &Path) -> Result<()> {
        self.start_again([file.as_os_str()])
    }

    /// Starts the program once more with these arguments: the running one gets them.
    pub fn start_again<A: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<()> {
        let status = Command::new(env!("CARGO_BIN_EXE_kabinet"))
            .args(arguments)
            .envs(environment(self.home.path(), &self.stand))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if !status.success() {
            bail!("the second start ended with {status}");
        }
        Ok(())
    }

    /// The element with this test id, waited for.
    pub async fn find(&self, id: &str) -> Result<WebElement> {
        self.find_css(&format!("[data-testid=\"{id}\"]")).await
    }

    /// The first element that matches, waited for.
    pub async fn find_css(&self, selector: &str) -> Result<WebElement> {
        self.with_css(selector, async |element| Ok(element)).await
    }

    /// Does something with the first element that matches, waited for. What React draws anew meanwhile is looked for again.
    pub async fn with_css<T>(
        &self,
        selector: &str,
        act: impl AsyncFn(WebElement) -> WebDriverResult<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let error = match self.driver.find(By::Css(selector.to_owned())).await {
                Ok(element) => match act(element).await {
                    Ok(done) => return Ok(done),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            if Instant::now() > deadline {
                let text = self.text().await.unwrap_or_default();
                bail!("{selector} is not there or does not do ({error}); the window says: {text}")
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks once it can be clicked: it is enabled, and nothing that is still moving covers it.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.click_css(&format!("[data-testid=\"{id}\"]")).await
    }

    /// [`click`](Self::click) on the first element that matches.
    pub async fn click_css(&self, selector: &str) -> Result<()> {
        self.with_css(selector, async |element| {
            let ready = element.wait_until().wait(SHORTLY, Duration::from_millis(100));
            ready.enabled().await?;
            self.bring(&element).await?;
            element.click().await
        })
        .await
    }

    /// Ticks a checkbox: what is drawn over its input takes the driver's clicks.
    pub async fn tick(&self, id: &str) -> Result<()> {
        self.find(id).await?;
        let script = format!("document.querySelector('[data-testid=\"{id}\"]').click()");
        self.driver.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// Into the middle of the page, where nothing that stands still covers it: the driver itself is content with an edge.
    async fn bring(&self, element: &WebElement) -> WebDriverResult<()> {
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        self.driver.execute(script, vec![element.to_json()?]).await?;
        Ok(())
    }

    /// Types into a field, in place of what stands there.
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        self.fill_css(&format!("[data-testid=\"{id}\"]"), text).await
    }

    /// [`fill`](Self::fill) for the first element that matches.
    pub async fn fill_css(&self, selector: &str, text: &str) -> Result<()> {
        self.with_css(selector, async |field| {
            self.bring(&field).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await
    }

    /// Whether it can be used.
    pub async fn is_enabled(&self, id: &str) -> Result<bool> {
        let selector = format!("[data-testid=\"{id}\"]");
        self.with_css(&selector, async |element| element.is_enabled().await)
            .await
    }

    /// Waits until the element's text contains these words.
    pub async fn wait_for_text(&self, id: &str, words: &str, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        loop {
            // React may have replaced the element meanwhile; the next look finds the new one.
            let text = self.find(id).await?.text().await.unwrap_or_default();
            if text.contains(words) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{id} says «{text}», not «{words}»");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits until the text of some element that matches contains these words.
    pub async fn wait_for_text_css(&self, selector: &str, words: &str, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        loop {
            let mut texts = Vec::new();
            for element in self.driver.find_all(By::Css(selector.to_owned())).await? {
                texts.push(element.text().await.unwrap_or_default());
            }
            if texts.iter().any(|text| text.contains(words)) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{selector} says {texts:?}, not «{words}»");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits until something is so outside the window, at the portal for example.
    pub async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE * 2;
        while !is_so(self) {
            ensure!(Instant::now() < deadline, "never came: {what}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Waits until the element has left the window.
    pub async fn wait_until_gone(&self, id: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let there = By::Css(format!("[data-testid=\"{id}\"]"));
        // An element that leaves while the driver counts is an error of the driver.
        while !self
            .driver
            .find_all(there.clone())
            .await
            .is_ok_and(|found| found.is_empty())
        {
            if Instant::now() > deadline {
                bail!("{id} stays");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Types a secret into its own window and confirms it. `repeat` fills the second field as well.
    pub async fn enter_secret(&mut self, secret: &str, repeat: bool) -> Result<()> {
        self.to_secret_window().await?;
        self.fill("secret-value", secret).await?;
        if repeat {
            self.fill("secret-repeat", secret).await?;
        }
        self.confirm_secret().await
    }

    /// Types the last PIN a token takes, which has to be confirmed by itself.
    pub async fn spend_last_try(&mut self, secret: &str) -> Result<()> {
        self.to_secret_window().await?;
        self.fill("secret-value", secret).await?;
        let submit = self.find("secret-submit").await?;
        if submit.is_enabled().await? {
            bail!("the last try can be spent without a second word");
        }
        self.click("last-try-confirm").await?;
        self.confirm_secret().await
    }

    async fn confirm_secret(&mut self) -> Result<()> {
        self.shoot_once("secret").await?;
        let submit = self.find("secret-submit").await?;
        // The window closes under the click: no answer to it is an answer.
        if let Err(error) = submit.click().await
            && !error.to_string().contains("no such window")
        {
            return Err(error.into());
        }
        self.driver.switch_to_window(self.main.clone()).await?;
        Ok(())
    }

    async fn to_secret_window(&self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE * 2;
        while Instant::now() < deadline {
            for window in self.driver.windows().await? {
                if window != self.main {
                    self.driver.switch_to_window(window).await?;
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let text = self.text().await.unwrap_or_default();
        bail!("the secret window did not open; the window says: {text}")
    }

    /// The colours of the page.
    pub async fn dark(&self, dark: bool) -> Result<()> {
        let script = "document.documentElement.setAttribute('data-mantine-color-scheme', arguments[0])";
        let scheme = if dark { "dark" } else { "light" };
        self.driver.execute(script, vec![scheme.into()]).await?;
        Ok(())
    }

    /// The window in CSS pixels: half the usual size is what one of 1280 × 800 has left at 200 %.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.driver.set_window_rect(0, 0, width, height).await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let wide = self
                .driver
                .execute("return window.innerWidth", Vec::new())
                .await?;
            let wide: u32 = wide.convert()?;
            if wide == width {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "the window is {wide} wide, not {width}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Brings an element into view, in the page's own scrolling: the window itself has nothing to scroll.
    pub async fn scroll_to(&self, id: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = self.find(id).await?.scroll_into_view().await {
            // It was drawn anew meanwhile.
            ensure!(Instant::now() < deadline, "scroll to {id}: {error}");
        }
        let script = "return document.documentElement.scrollTop + document.body.scrollTop";
        let sticks_out: f64 = self.driver.execute(script, Vec::new()).await?.convert()?;
        ensure!(
            sticks_out == 0.0,
            "the page sticks out of the window by {sticks_out}"
        );
        Ok(())
    }

    /// Keeps a picture of the whole display.
    pub async fn shoot(&mut self, what: &str) -> Result<()> {
        // What was clicked gets a moment to settle: pictures are for people.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let png = self.driver.screenshot_as_png().await?;
        self.keep_picture(what, &png)
    }

    /// A picture in dark colours. At once: with news of the program the page takes its own colours again.
    pub async fn shoot_dark(&mut self, what: &str) -> Result<()> {
        self.dark(true).await?;
        let png = self.driver.screenshot_as_png().await?;
        self.dark(false).await?;
        self.keep_picture(what, &png)
    }

    /// [`shoot`](Self::shoot) for what looks the same at every desk: the first keeps it.
    pub async fn shoot_once(&mut self, what: &'static str) -> Result<()> {
        static TAKEN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
        let is_new = TAKEN.lock().is_ok_and(|mut taken| taken.insert(what));
        if is_new { self.shoot(what).await } else { Ok(()) }
    }

    /// Puts a picture beside those before it.
    pub fn keep_picture(&mut self, what: &str, png: &[u8]) -> Result<()> {
        let folder = match std::env::var_os("KABINET_SCREENSHOTS") {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".out/screenshots"),
        };
        std::fs::create_dir_all(&folder)?;
        self.shot += 1;
        let file = folder.join(format!("{}-{:02}-{what}.png", self.name, self.shot));
        Ok(std::fs::write(file, png)?)
    }

    /// Everything the window says, menus and dialogs that are open included.
    pub async fn text(&self) -> Result<String> {
        let script = "return document.body.innerText";
        Ok(self.driver.execute(script, Vec::new()).await?.convert()?)
    }

    /// Addresses the program has opened in the person's browser, in order.
    pub fn opened_addresses(&self) -> Result<Vec<String>> {
        match std::fs::read_to_string(self.home.path().join(OPENED)) {
            Ok(lines) => Ok(lines.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the desktop was asked to show a notification with these words.
    pub async fn wait_for_notification(&self, words: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = std::fs::read_to_string(&self.notifications.log)?;
            if shown.contains(words) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("no notification says «{words}»: {shown}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends the session with the window.
    pub async fn clear(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        kill_group(&self.driver_process);
        let _ = self.driver_process.wait();
    }
}

/// The driver and what it started share a process group.
pub fn kill_group(driver: &Child) {
    let group = format!("-{}", driver.id());
    let _ = Command::new("kill")
        .args(["-9", "--", &group])
        .stderr(Stdio::null())
        .status();
}

/// Whether a process of the group is left that is more than a name (proc_pid_stat(5): state, parent, group behind the name). One
/// whose first thread has ended counts as dead there while another thread still waits for the disk and keeps everything open.
fn group_lives(group: u32) -> Result<bool> {
    for entry in std::fs::read_dir("/proc")? {
        let process = entry?.path();
        let Ok(stat) = std::fs::read_to_string(process.join("stat")) else {
            continue;
        };
        let mut fields = stat
            .rsplit_once(')')
            .map_or("", |(_, rest)| rest)
            .split_whitespace();
        let (state, of) = (fields.next(), fields.nth(1));
        if of != Some(group.to_string().as_str()) {
            continue;
        }
        let threads = std::fs::read_dir(process.join("task")).map_or(0, Iterator::count);
        if state != Some("Z") || threads > 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A driver, and the program driven by it.
async fn start(home: &Path, stand: &Stand) -> Result<(Child, WebDriver)> {
    let (process, port) = start_driver(|command| {
        command
            .envs(environment(home, stand))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
    })?;
    let mut capabilities = Capabilities::new();
    let options = serde_json::json!({ "binary": env!("CARGO_BIN_EXE_kabinet"), "args": [] });
    capabilities.set("webkitgtk:browserOptions", options)?;
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
    Ok((process, driver))
}

/// A driver in a process group of its own, and the port it listens at.
pub fn start_driver(with: impl FnOnce(&mut Command) -> &mut Command) -> Result<(Child, u16)> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = Command::new("WebKitWebDriver");
    with(&mut command)
        .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    let process = command
        .spawn()
        .context("WebKitWebDriver (package webkit2gtk-driver)")?;
    wait_for_port(port)?;
    Ok((process, port))
}

/// Where the system's browser stands: a folder that comes first in `PATH`.
const PROGRAMS: &str = "programs";
/// Where it writes down the addresses it is to open.
const OPENED: &str = "opened";

/// In place of the system's browser: what opens addresses writes them down, and who plays the person goes there.
fn place_browser(home: &Path) -> Result<()> {
    let folder = home.join(PROGRAMS);
    std::fs::create_dir(&folder)?;
    let browser = folder.join("xdg-open");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >>\"$KABINET_HOME/{OPENED}\"\n");
    std::fs::write(&browser, script)?;
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// A notification service that only writes down what it is asked to show.
struct Notifications {
    process: Child,
    log: PathBuf,
}

impl Notifications {
    fn listen(folder: &Path) -> Result<Self> {
        let log = folder.join("notifications.log");
        let process = Command::new("/usr/bin/python3")
            .args([
                "-u",
                "-m",
                "dbusmock",
                "--session",
                "--template",
                "notification_daemon",
            ])
            .stdout(std::fs::File::create(&log)?)
            .stderr(Stdio::null())
            .spawn()
            .context("python3 -m dbusmock (package python3-dbusmock)")?;
        Ok(Self { process, log })
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn environment(home: &Path, stand: &Stand) -> Vec<(&'static str, PathBuf)> {
    let mut path = home.join(PROGRAMS).into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    vec![
        ("KABINET_HOME", home.to_owned()),
        ("KABINET_DEMO", stand.dir().to_owned()),
        ("PATH", PathBuf::from(path)),
    ]
}

fn wait_for_port(port: u16) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > deadline {
            bail!("WebKitWebDriver does not listen");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
