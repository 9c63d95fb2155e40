//! A desk for one test: reference portal, software token, program and driver, all of its own.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use kabinet_reference_portal::{Config, Listeners, Portal, RunningPortal, Settings, demo};
use kabinet_softtoken::{Import, Profile, TokenDirectory};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, WindowHandle};

pub const PIN: &str = "24681357";
const SO_PIN: &str = "97531864";
pub const PASSPHRASE: &str = "одуванчик-7";
const PATIENCE: Duration = Duration::from_secs(30);

/// One desk at a time: a second start of the program on the same bus only wakes the first.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Everything one test needs; dropped, it is all gone.
pub struct Desk {
    _turn: tokio::sync::MutexGuard<'static, ()>,
    pub driver: WebDriver,
    pub demo: demo::DemoIndex,
    folder: tempfile::TempDir,
    portal: Option<RunningPortal>,
    ports: demo::Ports,
    driver_process: Child,
    main: WindowHandle,
    name: &'static str,
    shot: u32,
}

impl Desk {
    /// Sets the desk and starts the program with an empty vault folder.
    pub async fn set(name: &'static str) -> Result<Self> {
        let turn = TURN.lock().await;
        // The WebDriver client brings no provider of its own; both tests may come first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        let listeners = Listeners::bind(demo::Ports { https: 0, pki: 0 })?;
        let ports = listeners.ports()?;
        let portal_dir = folder.path().join("portal");
        let index = demo::init(&portal_dir, ports)?;
        let portal = start_portal(&portal_dir, listeners)?;
        make_token(folder.path(), &index)?;
        let home = folder.path().join("home");
        std::fs::create_dir(&home)?;
        let settings = serde_json::json!({
            "language": "ru", "theme": "light", "lockAfterMinutes": 15, "modules": [module()?],
        });
        std::fs::write(home.join("settings.json"), settings.to_string())?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut driver_process = Command::new("WebKitWebDriver");
        driver_process
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .envs(environment(folder.path()))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        let driver_process = driver_process.spawn().context("WebKitWebDriver (package webkit2gtk-driver)")?;
        wait_for_port(port)?;
        let mut capabilities = Capabilities::new();
        let options = serde_json::json!({ "binary": env!("CARGO_BIN_EXE_kabinet"), "args": [] });
        capabilities.set("webkitgtk:browserOptions", options)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        let main = driver.window().await?;
        Ok(Self { _turn: turn, driver, demo: index, folder, portal: Some(portal), ports, driver_process, main, name, shot: 0 })
    }

    /// Stops the portal: from now on there is no network.
    pub fn cut_network(&mut self) {
        if let Some(portal) = self.portal.take() {
            portal.shutdown();
        }
    }

    /// Starts the portal again where it was.
    pub fn restore_network(&mut self) -> Result<()> {
        let listeners = Listeners::bind(self.ports)?;
        self.portal = Some(start_portal(&self.folder.path().join("portal"), listeners)?);
        Ok(())
    }

    /// Opens a file the way a file manager does: by starting the program with it.
    pub fn open_with_program(&self, file: &Path) -> Result<()> {
        let status = Command::new(env!("CARGO_BIN_EXE_kabinet"))
            .arg(file)
            .envs(environment(self.folder.path()))
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
        let found = self.driver.query(By::Css(selector.to_owned())).wait(PATIENCE, Duration::from_millis(100)).first().await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => {
                let text = self.driver.find(By::Css("body")).await?.text().await?;
                bail!("{selector} did not appear ({error}); the window says: {text}")
            }
        }
    }

    /// Clicks once it can be clicked: it is enabled, and nothing that is still moving covers it.
    pub async fn click(&self, id: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.find(id).await?;
            element.wait_until().wait(PATIENCE, Duration::from_millis(100)).enabled().await?;
            element.scroll_into_view().await?;
            match element.click().await {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > deadline => return Err(error).context(format!("click {id}")),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Types into a field.
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        let field = self.find(id).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Waits until the element's text contains these words.
    pub async fn wait_for_text(&self, id: &str, words: &str, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        loop {
            let text = match self.find(id).await?.text().await {
                Ok(text) => text,
                // React may have replaced the element meanwhile.
                Err(_) => String::new(),
            };
            if text.contains(words) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{id} says «{text}», not «{words}»");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits until the element has left the window.
    pub async fn wait_until_gone(&self, id: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let there = By::Css(format!("[data-testid=\"{id}\"]"));
        while !self.driver.find_all(there.clone()).await?.is_empty() {
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
        self.shoot("secret").await?;
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
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            for window in self.driver.windows().await? {
                if window != self.main {
                    self.driver.switch_to_window(window).await?;
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the secret window did not open")
    }

    /// Keeps a picture of the whole display.
    pub async fn shoot(&mut self, what: &str) -> Result<()> {
        // What was clicked gets a moment to settle: pictures are for people.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let folder = match std::env::var_os("KABINET_SCREENSHOTS") {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".out/screenshots"),
        };
        std::fs::create_dir_all(&folder)?;
        self.shot += 1;
        let file = folder.join(format!("{}-{:02}-{what}.png", self.name, self.shot));
        let png = self.driver.screenshot_as_png().await?;
        std::fs::File::create(file)?.write_all(&png)?;
        Ok(())
    }

    /// The portal's own list of orders.
    pub async fn orders(&self) -> Result<serde_json::Value> {
        let url = format!("{}/orders", self.demo.urls.control);
        let answer = Command::new("curl").args(["--silent", "--fail", &url]).output()?;
        Ok(serde_json::from_slice(&answer.stdout)?)
    }

    /// Ends the session with the window.
    pub async fn clear(mut self) -> Result<()> {
        self.driver.clone().quit().await?;
        self.cut_network();
        Ok(())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The driver and what it started share a process group.
        let group = format!("-{}", self.driver_process.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.driver_process.wait();
    }
}

fn environment(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("KABINET_HOME", folder.join("home")),
        ("KABINET_DEMO", folder.join("portal")),
        ("KABINET_SOFTTOKEN_DIR", folder.join("token")),
    ]
}

fn start_portal(dir: &Path, listeners: Listeners) -> Result<RunningPortal> {
    let settings = Settings { speed: 20.0, ..Settings::default() };
    Ok(Portal::start(Config { dir: dir.to_owned(), listeners, settings })?)
}

fn make_token(folder: &Path, index: &demo::DemoIndex) -> Result<()> {
    let token = TokenDirectory::new(folder.join("token")).create(
        Profile::of_model("Rutoken ECP", "0A1B2C3D", "Бухгалтерия"),
        PIN.as_bytes(),
        SO_PIN.as_bytes(),
    )?;
    for (number, id) in [(1_u8, "accountant"), (2, "accountant-expired"), (3, "stranger")] {
        let entry = index.certificate(id).context("demo certificate")?;
        let portal = folder.join("portal");
        let key = std::fs::read(portal.join(&entry.key))?;
        let certificate = std::fs::read(portal.join(&entry.der))?;
        let import = Import { key: &key, certificate: Some(&certificate), id: &[number], label: id };
        token.import(PIN.as_bytes(), &import)?;
    }
    Ok(())
}

/// The software token's library lies beside this test or one folder up, depending on what was built last.
fn module() -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let deps = here.parent().context("folder")?;
    let mut found: Vec<PathBuf> = [deps, deps.parent().context("folder")?]
        .iter()
        .map(|folder| folder.join("libkabinet_softtoken.so"))
        .filter(|path| path.exists())
        .collect();
    found.sort_by_key(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok());
    found.pop().context("libkabinet_softtoken.so was not built")
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
