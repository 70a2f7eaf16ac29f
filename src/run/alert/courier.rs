//! Sends a body to the webhook of an alert, once, and says why it was not taken.
//!
//! It connects as the crawler does: to public addresses alone, unless the configuration names the host, and
//! to this machine where the address says so. Redirects are not followed, the body of an answer is not
//! read, and neither secret nor address ever stands in what is said.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, RequestBuilder};
use ring::hmac;
use tokio::time::timeout;
use url::Url;

use crate::config::Crawl;
use crate::config::alert::{Alert, SecretAs};
use crate::crawl::cause::Cause;
use crate::crawl::fetch::cause_of;
use crate::crawl::guard::Guard;
use crate::crawl::pace;
use crate::error::{Error, Result};

/// Longest time for one delivery, from the connection to the status of the answer.
const DEADLINE: Duration = Duration::from_secs(30);

/// By which a receiver knows what comes twice.
const KEY: &str = "idempotency-key";

/// HMAC-SHA256 of the body, as `sha256=` and hexadecimal digits.
const SIGNATURE: &str = "sihafa-signature";

/// Why something was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened, without the address.
    pub cause: String,
    /// How long the receiver wants to be left alone.
    pub retry_after: Option<SignedDuration>,
    /// Nothing was answered at all, so that nothing else will be now.
    pub silent: bool,
}

impl Failure {
    fn silent(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            retry_after: None,
            silent: true,
        }
    }
}

/// Sends the deliveries of one alert.
pub struct Courier<'a> {
    alert: &'a Alert,
    url: Url,
    client: Client,
    guard: Guard,
    agent: String,
}

impl<'a> Courier<'a> {
    /// A courier to the webhook of an alert; none where it has none.
    ///
    /// # Errors
    /// HTTP cannot be set up.
    pub fn new(config: &Crawl, alert: &'a Alert) -> Result<Option<Self>> {
        let Some((webhook, url)) = alert.webhook.as_ref().and_then(|it| Some((it, it.url()?)))
        else {
            return Ok(None);
        };
        // Another part of the process may have chosen first; any choice serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut guard = Guard::new(config);
        if let Some(host) = url.host_str().filter(|_| webhook.is_loopback()) {
            guard = guard.with_private(host);
        }
        let client = Client::builder()
            .dns_resolver(std::sync::Arc::new(guard.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(DEADLINE)
            .build()
            .map_err(|error| Error::input("webhook", format!("cannot set up HTTP: {error}")))?;
        Ok(Some(Self {
            alert,
            url,
            client,
            guard,
            agent: config.user_agent(),
        }))
    }

    /// Sends a body under its key, and waits for the status of the answer.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(
        &self,
        key: &str,
        body: &str,
        now: Timestamp,
    ) -> std::result::Result<(), Failure> {
        self.guard
            .admit(&self.url)
            .map_err(|refused| Failure::silent(Cause::Private(refused.address).to_string()))?;
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, &self.agent)
            .header(KEY, format!("\"{key}\""));
        let request = self.vouch(request, body)?.body(body.to_owned());
        let answer = timeout(DEADLINE, request.send())
            .await
            .map_err(|_| Failure::silent(Cause::Timeout.to_string()))?
            .map_err(|error| Failure::silent(cause_of(&error).to_string()))?;
        let cause = match answer.status().as_u16() {
            200..=299 => return Ok(()),
            status @ 300..=399 => format!("status {status}: redirects are not followed"),
            status @ (401 | 403) => Cause::Blocked(status).to_string(),
            status => Cause::Status(status).to_string(),
        };
        let retry_after = answer.headers().get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| pace::retry_after(value.to_str().ok()?, now))
            .and_then(|span| SignedDuration::try_from(span).ok());
        Err(Failure {
            cause,
            retry_after,
            silent: false,
        })
    }

    /// Adds what the secret proves.
    fn vouch(
        &self,
        request: RequestBuilder,
        body: &str,
    ) -> std::result::Result<RequestBuilder, Failure> {
        let Some(variable) = &self.alert.secret_env else {
            return Ok(request);
        };
        let secret = std::env::var(variable).unwrap_or_default();
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(Failure::silent(format!(
                "the environment variable `{variable}` is not set"
            )));
        }
        match self.alert.secret_as {
            SecretAs::Signature => {
                Ok(request.header(SIGNATURE, format!("sha256={}", signature(secret, body))))
            }
            SecretAs::Bearer => {
                let mut value =
                    HeaderValue::from_str(&format!("Bearer {secret}")).map_err(|_| {
                        Failure::silent(format!("`{variable}` cannot be sent as a header"))
                    })?;
                value.set_sensitive(true);
                Ok(request.header(AUTHORIZATION, value))
            }
        }
    }
}

/// HMAC-SHA256 in hexadecimal.
fn signature(secret: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    data_encoding::HEXLOWER.encode(hmac::sign(&key, body.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        // its second test case
        assert_eq!(
            signature("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
