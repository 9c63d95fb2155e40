//! The person's browser: a real one beside the program, on the pages of ЕСИА, from the address the program opens back to it.

use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kabinet_reference_portal::demo::AccountEntry;
use serde_json::json;
use thirtyfour::Capabilities;
use thirtyfour::prelude::*;

use crate::desk::{self, Desk, PATIENCE};

/// A browser with a session of its own; dropped, it is gone.
pub struct PersonsBrowser {
    process: Child,
    driver: WebDriver,
    /// Addresses of the program it has been at.
    taken: usize,
}

impl PersonsBrowser {
    pub async fn start() -> Result<Self> {
        let (process, port) = desk::start_driver(|command| command)?;
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "MiniBrowser")?;
        // The portal's own authority, which the person's system would know.
        capabilities.set("acceptInsecureCerts", true)?;
        let options = json!({ "binary": mini_browser()?, "args": ["--automation"] });
        capabilities.set("webkitgtk:browserOptions", options)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        Ok(Self {
            process,
            driver,
            taken: 0,
        })
    }

    /// Goes to the next address the program opens, does there what the pages ask for, and comes back to the program.
    pub async fn follow(&mut self, desk: &mut Desk, employee: &str) -> Result<()> {
        let account = account(desk, employee)?;
        let address = self.next_address(desk).await?;
        self.driver.goto(address).await?;
        let esia = desk.stand.demo.urls.esia.clone();
        let deadline = Instant::now() + PATIENCE;
        while self.driver.current_url().await?.as_str().starts_with(&esia) {
            ensure!(Instant::now() < deadline, "the browser stays at ЕСИА");
            if self.has("#password").await? {
                self.shoot(desk, "esia-password").await?;
                self.fill("#login", &account.email).await?;
                self.fill("#password", &account.password).await?;
                self.press("#submit").await?;
            } else if self.has("#code").await? {
                self.shoot(desk, "esia-code").await?;
                let code = desk.stand.code_sent_to(&account.phone);
                self.fill("#code", &code.context("no code was sent")?).await?;
                self.press("#confirm").await?;
            } else if self.has("#allow").await? {
                self.press("#allow").await?;
            } else {
                // Between two pages.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    /// A password that is wrong, as typed first.
    pub async fn mistype(&mut self, desk: &mut Desk, employee: &str) -> Result<()> {
        let account = account(desk, employee)?;
        let address = self.next_address(desk).await?;
        self.driver.goto(address).await?;
        self.fill("#login", &account.email).await?;
        self.fill("#password", "не тот").await?;
        self.press("#submit").await?;
        self.fill("#login", &account.email).await?;
        let said = self.driver.find(By::Css("#problem")).await?.text().await?;
        ensure!(said.contains("AUTH-WRONG"), "{said}");
        Ok(())
    }

    /// What the page says.
    pub async fn text(&self) -> Result<String> {
        Ok(self.driver.find(By::Css("body")).await?.text().await?)
    }

    pub async fn shoot(&self, desk: &mut Desk, what: &str) -> Result<()> {
        let png = self.driver.screenshot_as_png().await?;
        desk.keep_picture(what, &png)
    }

    async fn next_address(&mut self, desk: &Desk) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(address) = desk.opened_addresses()?.into_iter().nth(self.taken) {
                self.taken += 1;
                return Ok(address);
            }
            ensure!(Instant::now() < deadline, "the program opened no browser");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn has(&self, selector: &str) -> Result<bool> {
        Ok(!self
            .driver
            .find_all(By::Css(selector.to_owned()))
            .await?
            .is_empty())
    }

    async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.driver.find(By::Css(selector.to_owned())).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses a button that leads to another page, and waits for that.
    async fn press(&self, selector: &str) -> Result<()> {
        let page = self.driver.find(By::Tag("html")).await?;
        self.driver
            .find(By::Css(selector.to_owned()))
            .await?
            .click()
            .await?;
        let deadline = Instant::now() + PATIENCE;
        while page.tag_name().await.is_ok() {
            ensure!(Instant::now() < deadline, "{selector} leads nowhere");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Drop for PersonsBrowser {
    fn drop(&mut self) {
        desk::kill_group(&self.process);
        let _ = self.process.wait();
    }
}

fn account(desk: &Desk, employee: &str) -> Result<AccountEntry> {
    let accounts = &desk.stand.demo.accounts;
    let account = accounts.iter().find(|account| account.employee == employee);
    account.cloned().context("an account")
}

/// It comes with the library, in the folder of the machine's architecture.
fn mini_browser() -> Result<PathBuf> {
    for folder in std::fs::read_dir("/usr/lib")? {
        let file = folder?.path().join("webkit2gtk-4.1/MiniBrowser");
        if file.is_file() {
            return Ok(file);
        }
    }
    bail!("MiniBrowser (package libwebkit2gtk-4.1-0)")
}
