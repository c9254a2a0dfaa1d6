//! Which regions the network reaches: a connection is opened and closed, and nothing is asked.

use std::time::Duration;

use aws_sdk_lambda::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::SdkConfig;
use serde::Serialize;
use tokio::net::TcpStream;
use tripod_model::RegionName;

use crate::session::Session;

/// Longest wait for a connection.
const WAIT: Duration = Duration::from_secs(3);

/// Whether a region answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", content = "reason", rename_all = "snake_case")]
pub enum Reach {
    /// A connection was accepted. It says nothing of permissions.
    Answers,
    /// None was, and why.
    NoAnswer(String),
    /// None was opened: the account has not opted in to the region.
    NotOptedIn,
    /// None was opened, and why.
    NotTried(String),
}

/// Tries all regions at once. An endpoint in place of AWS's own stands for all of them and is tried
/// once.
pub(super) async fn of(session: &Session, regions: &[RegionName]) -> Vec<Reach> {
    if let Some(endpoint) = session.endpoint_url() {
        let reach = connect(authority(endpoint)).await;
        return vec![reach; regions.len()];
    }
    let tries = regions.iter().map(|region| async {
        match lambda_host(session.config(), region).await {
            Ok(host) => connect(Some(format!("{host}:443"))).await,
            Err(reason) => Reach::NotTried(reason),
        }
    });
    futures::future::join_all(tries).await
}

/// The host of Lambda in a region, by the rules that the SDK finds its endpoints by: each partition has
/// a domain of its own. <https://docs.aws.amazon.com/general/latest/gr/lambda-service.html>
async fn lambda_host(config: &SdkConfig, region: &RegionName) -> Result<String, String> {
    let params = Params::builder()
        .region(region.as_str())
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .build()
        .map_err(|error| error.to_string())?;
    let resolver = DefaultResolver::new();
    let endpoint = resolver.resolve_endpoint(&params).await;
    let endpoint = endpoint.map_err(|error| error.to_string())?;
    let host = endpoint.url().trim_start_matches("https://");
    Ok(host.trim_end_matches('/').to_owned())
}

/// Host and port of an address; none for a text that is no address.
fn authority(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next().filter(|it| !it.is_empty())?;
    let after_address = authority.rsplit(']').next()?;
    if after_address.contains(':') {
        return Some(authority.to_owned());
    }
    let port = if scheme == "http" { 80 } else { 443 };
    Some(format!("{authority}:{port}"))
}

async fn connect(place: Option<String>) -> Reach {
    let Some(place) = place else {
        return Reach::NotTried("the endpoint names no host".to_owned());
    };
    match tokio::time::timeout(WAIT, TcpStream::connect(&place)).await {
        Ok(Ok(_)) => Reach::Answers,
        Ok(Err(error)) => Reach::NoAnswer(format!("{place}: {error}")),
        Err(_) => Reach::NoAnswer(format!(
            "{place}: no connection within {} seconds",
            WAIT.as_secs()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_partition_has_its_own_domain() {
        // https://docs.aws.amazon.com/general/latest/gr/lambda-service.html
        for (region, host) in [
            ("eu-central-1", "lambda.eu-central-1.amazonaws.com"),
            ("us-gov-west-1", "lambda.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", "lambda.cn-north-1.amazonaws.com.cn"),
            ("eusc-de-east-1", "lambda.eusc-de-east-1.amazonaws.eu"),
        ] {
            let config = SdkConfig::builder().build();
            let found = lambda_host(&config, &RegionName::new(region)).await;
            assert_eq!(found.as_deref(), Ok(host));
        }
        let config = SdkConfig::builder().use_fips(true).build();
        let found = lambda_host(&config, &RegionName::new("us-east-1")).await;
        assert_eq!(found.as_deref(), Ok("lambda-fips.us-east-1.amazonaws.com"));
    }

    #[tokio::test]
    async fn whoever_listens_answers_and_nobody_does_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let place = listener.local_addr().expect("bound").to_string();
        assert_eq!(connect(Some(place.clone())).await, Reach::Answers);
        drop(listener);
        let reach = connect(Some(place.clone())).await;
        assert!(matches!(&reach, Reach::NoAnswer(why) if why.contains(&place)));
        assert!(matches!(connect(None).await, Reach::NotTried(_)));
    }

    #[test]
    fn an_address_has_a_host_and_a_port() {
        for (url, place) in [
            ("http://127.0.0.1:4566", Some("127.0.0.1:4566")),
            ("http://localhost/path", Some("localhost:80")),
            ("https://aws.example/?a=b:c", Some("aws.example:443")),
            ("http://[::1]:4566/", Some("[::1]:4566")),
            ("https://[::1]", Some("[::1]:443")),
            ("not a url", None),
            ("http://", None),
        ] {
            assert_eq!(authority(url).as_deref(), place, "{url}");
        }
    }
}
