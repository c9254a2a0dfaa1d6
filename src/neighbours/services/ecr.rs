//! Reads the container registry, as far as functions run images from it.
//!
//! Calls, for I images of this account in R repositories: none where there are none; else one
//! GetRegistryScanningConfiguration, ⌈R/25⌉ BatchGetRepositoryScanningConfiguration, R
//! DescribeRepositories, R GetRepositoryPolicy, I DescribeImages. The last three could name several, but one
//! name that is gone fails them all. AWS publishes no quota for these.
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tripod_model::ecr::{Ecr, Image, ImageDetails, Repository, RepositoryDetails};
use tripod_model::{Arn, Observed, PolicyDocument, Sources};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::failed;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const REGISTRY: &str = "ecr:GetRegistryScanningConfiguration";
const SCANNING: &str = "ecr:BatchGetRepositoryScanningConfiguration";
const REPOSITORY: &str = "ecr:DescribeRepositories";
const POLICY: &str = "ecr:GetRepositoryPolicy";
const IMAGE: &str = "ecr:DescribeImages";

/// Most repositories in one question about scanning.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html>
const LARGEST_BATCH: usize = 25;

static SERVICE: Service = Service {
    name: "ecr",
    signing: "ecr",
    host: Host::Regional("api.ecr"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AmazonEC2ContainerRegistry_V20150921",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "ecr",
    place: Place::Regional,
    wave: Wave::Second,
    lists: &[],
    details: &[REGISTRY, SCANNING, REPOSITORY, POLICY, IMAGE],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let ecr = registry(&context).await;
    Part::regional(move |region| region.ecr = ecr)
}

async fn registry(context: &Context) -> Ecr {
    let references = context.references.of_region(&context.region);
    let wanted = by_repository(context, &references.images);
    if wanted.is_empty() {
        return Ecr {
            scan_type: Observed::NotCollected,
            repositories: Observed::Known(Vec::new()),
        };
    }
    let client = context.client(&SERVICE);
    let names: Vec<String> = wanted.keys().cloned().collect();
    let wanted = wanted.into_iter().collect();
    let (scan_type, frequencies, mut repositories) = futures::join!(
        scan_type(&client),
        frequencies(&client, &names),
        in_parallel(wanted, |(name, images)| repository(
            &client, context, name, images
        )),
    );
    for repository in &mut repositories {
        if let Some(frequency) = frequencies.get(&repository.name) {
            repository.scan_frequency = frequency.clone();
        }
    }
    repositories.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ecr {
        scan_type,
        repositories: Observed::Known(repositories),
    }
}

/// The images of this account in this region, by repository. A registry is called
/// `ACCOUNT.dkr.ecr.REGION.DOMAIN`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html>
fn by_repository(
    context: &Context,
    references: &BTreeSet<String>,
) -> BTreeMap<String, Vec<Wanted>> {
    let own = format!("{}.dkr.ecr.{}.", context.account, context.region);
    let mut repositories: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
    for reference in references {
        if reference.starts_with(&own)
            && let Some((name, id)) = split(reference)
        {
            let reference = reference.clone();
            let images = repositories.entry(name).or_default();
            images.push(Wanted { reference, id });
        }
    }
    repositories
}

/// An image to ask for.
#[derive(Debug)]
struct Wanted {
    reference: String,
    /// As DescribeImages takes it.
    id: Value,
}

/// The repository of a reference, and its image; without digest and tag `latest` is meant.
fn split(reference: &str) -> Option<(String, Value)> {
    let (_, path) = reference.split_once('/')?;
    let (path, digest) = match path.split_once('@') {
        Some((path, digest)) => (path, Some(digest)),
        None => (path, None),
    };
    let (name, tag) = path.split_once(':').unwrap_or((path, "latest"));
    let id = match digest {
        Some(digest) => json!({"imageDigest": digest}),
        None => json!({"imageTag": tag}),
    };
    Some((name.to_owned(), id))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistryAnswer {
    scanning_configuration: Option<RegistryScanning>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistryScanning {
    scan_type: Option<String>,
}

async fn scan_type(client: &Client) -> Observed<String> {
    let request = Request::json(&json!({}));
    let reply = client.ask(REGISTRY, &[], request).await;
    reply.value.and_then(|answer: RegistryAnswer| {
        said(answer.scanning_configuration.and_then(|it| it.scan_type))
    })
}

/// A text that AWS may leave out.
fn said(text: Option<String>) -> Observed<String> {
    filled(text).map_or(Observed::Absent, Observed::Known)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScanningAnswer {
    scanning_configurations: Vec<RepositoryScanning>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RepositoryScanning {
    repository_name: Option<String>,
    scan_frequency: Option<String>,
}

/// How often the images of each repository are scanned. A repository that is gone is among the answer's
/// failures, and absent here.
async fn frequencies(client: &Client, names: &[String]) -> BTreeMap<String, Observed<String>> {
    let batches = names
        .chunks(LARGEST_BATCH)
        .map(<[String]>::to_vec)
        .collect();
    let batches = in_parallel(batches, |names: Vec<String>| async move {
        let request = Request::json(&json!({"repositoryNames": names}));
        let reply = client.ask::<ScanningAnswer>(SCANNING, &[], request).await;
        names
            .into_iter()
            .map(|name| {
                let frequency = frequency(&reply.value, &name);
                (name, frequency)
            })
            .collect::<Vec<_>>()
    })
    .await;
    batches.into_iter().flatten().collect()
}

fn frequency(answer: &Observed<ScanningAnswer>, name: &str) -> Observed<String> {
    match answer {
        Observed::Known(answer) => {
            let configurations = &answer.scanning_configurations;
            let own = configurations
                .iter()
                .find(|it| it.repository_name.as_deref() == Some(name));
            said(own.and_then(|it| it.scan_frequency.clone()))
        }
        unknown => unknown.unknown_as(),
    }
}

async fn repository(
    client: &Client,
    context: &Context,
    name: String,
    images: Vec<Wanted>,
) -> Repository {
    let (details, policy, images) = futures::join!(
        client.ask(
            REPOSITORY,
            &["RepositoryNotFoundException"],
            Request::json(&json!({"repositoryNames": [name]})),
        ),
        client.ask(
            POLICY,
            &[
                "RepositoryNotFoundException",
                "RepositoryPolicyNotFoundException"
            ],
            Request::json(&json!({"repositoryName": name})),
        ),
        in_parallel(images, |wanted| image(client, &name, wanted)),
    );
    let mut sources = Sources::default();
    let pointer = "/repositories/0";
    note(&mut sources, REPOSITORY, details.exchange.as_ref(), pointer);
    note(&mut sources, POLICY, policy.exchange.as_ref(), "");
    let arn = format!(
        "arn:{}:ecr:{}:{}:repository/{name}",
        context.partition, context.region, context.account
    );
    Repository {
        arn: Arn::new(arn),
        details: details.value.and_then(convert),
        policy: policy
            .value
            .and_then(|answer: PolicyAnswer| said(answer.policy_text).map(PolicyDocument)),
        scan_frequency: Observed::NotCollected,
        images,
        sources,
        name,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyAnswer {
    policy_text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RepositoriesAnswer {
    repositories: Vec<DescribedRepository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedRepository {
    image_tag_mutability: Option<String>,
    encryption_configuration: Option<Encryption>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Encryption {
    encryption_type: Option<String>,
    kms_key: Option<String>,
}

/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html>
fn convert(answer: RepositoriesAnswer) -> Observed<RepositoryDetails> {
    let Some(repository) = answer.repositories.into_iter().next() else {
        return failed(
            REPOSITORY,
            "the answer does not hold the repository asked for",
        );
    };
    let (encryption, kms_key) = repository
        .encryption_configuration
        .map_or((None, None), |it| (it.encryption_type, it.kms_key));
    Observed::Known(RepositoryDetails {
        tag_mutability: filled(repository.image_tag_mutability),
        encryption: filled(encryption),
        kms_key: filled(kms_key).map(Arn::new),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImagesAnswer {
    image_details: Vec<DescribedImage>,
}

#[derive(Debug, Deserialize)]
struct DescribedImage {
    #[serde(rename = "imageDigest")]
    digest: Option<String>,
    #[serde(rename = "imagePushedAt", default, deserialize_with = "super::time")]
    pushed_at: Option<Timestamp>,
    #[serde(rename = "imageScanStatus")]
    scan_status: Option<ScanStatus>,
    #[serde(rename = "imageScanFindingsSummary")]
    findings: Option<Findings>,
}

#[derive(Debug, Deserialize)]
struct ScanStatus {
    status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Findings {
    #[serde(default, deserialize_with = "super::time")]
    image_scan_completed_at: Option<Timestamp>,
    finding_severity_counts: Option<BTreeMap<String, i64>>,
}

async fn image(client: &Client, repository: &str, wanted: Wanted) -> Image {
    let absent = &["RepositoryNotFoundException", "ImageNotFoundException"];
    let request = Request::json(&json!({"repositoryName": repository, "imageIds": [wanted.id]}));
    let reply = client.ask(IMAGE, absent, request).await;
    let exchange = reply.exchange.as_ref();
    Image {
        reference: wanted.reference,
        sources: source(IMAGE, exchange, "/imageDetails/0".to_owned()),
        details: reply.value.and_then(convert_image),
    }
}

/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html>
fn convert_image(answer: ImagesAnswer) -> Observed<ImageDetails> {
    let Some(image) = answer.image_details.into_iter().next() else {
        return failed(IMAGE, "the answer does not hold the image asked for");
    };
    let (scanned, findings) = image.findings.map_or((None, None), |it| {
        (it.image_scan_completed_at, it.finding_severity_counts)
    });
    Observed::Known(ImageDetails {
        digest: filled(image.digest),
        pushed: image.pushed_at,
        scan_status: image.scan_status.and_then(|it| filled(it.status)),
        scanned,
        findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::{References, RegionalReferences};
    use crate::testing::{Script, denied};
    use tripod_model::RegionName;

    const HOST: &str = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";

    fn referring(images: &[&str]) -> Script {
        let region = RegionalReferences {
            images: images.iter().map(|it| (*it).to_owned()).collect(),
            ..RegionalReferences::default()
        };
        let mut references = References::default();
        let _ = references
            .regions
            .insert(RegionName::new("eu-central-1"), region);
        Script::new()
            .referring(references)
            .on(REGISTRY, "{}")
            .on(SCANNING, r#"{"scanningConfigurations":[]}"#)
            .on(REPOSITORY, r#"{"repositories":[{}]}"#)
            .absent(POLICY, "", "RepositoryPolicyNotFoundException")
            .on(IMAGE, r#"{"imageDetails":[{}]}"#)
    }

    fn script() -> Script {
        referring(&[&format!("{HOST}/team/triage:7")])
    }

    fn read(script: &Script) -> Ecr {
        script.read(&NEIGHBOUR).ecr
    }

    fn only(script: &Script) -> Repository {
        read(script).repositories.items()[0].clone()
    }

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn an_image_is_read_with_its_scan_and_its_repository_with_its_policy() {
        let script = script()
            .on(REGISTRY, r#"{"scanningConfiguration":{"scanType":"ENHANCED","rules":[]}}"#)
            .on(SCANNING, r#"{"scanningConfigurations":[{"repositoryName":"team/triage","scanOnPush":true,"scanFrequency":"SCAN_ON_PUSH"}],"failures":[]}"#)
            .on(REPOSITORY, r#"{"repositories":[{"imageTagMutability":"IMMUTABLE","encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"arn:key"}}]}"#)
            .on(POLICY, r#"{"policyText":"{}"}"#)
            .on(IMAGE, r#"{"imageDetails":[{"imageDigest":"sha256:1","imagePushedAt":1762160400.0,"imageScanStatus":{"status":"COMPLETE"},"imageScanFindingsSummary":{"imageScanCompletedAt":1762160400.25,"findingSeverityCounts":{"CRITICAL":2}}}]}"#);
        let ecr = read(&script);
        assert_eq!(ecr.scan_type, Observed::Known("ENHANCED".to_owned()));
        let repository = &ecr.repositories.items()[0];
        assert_eq!(
            repository.arn.as_str(),
            "arn:aws:ecr:eu-central-1:111122223333:repository/team/triage"
        );
        assert_eq!(
            repository.scan_frequency,
            Observed::Known("SCAN_ON_PUSH".to_owned())
        );
        assert_eq!(
            repository.policy,
            Observed::Known(PolicyDocument("{}".to_owned()))
        );
        assert_eq!(
            repository.details,
            Observed::Known(RepositoryDetails {
                tag_mutability: Some("IMMUTABLE".to_owned()),
                encryption: Some("KMS".to_owned()),
                kms_key: Some(Arn::new("arn:key")),
            })
        );
        assert_eq!(
            repository.images[0].details,
            Observed::Known(ImageDetails {
                digest: Some("sha256:1".to_owned()),
                pushed: Some(time("2025-11-03T09:00:00Z")),
                scan_status: Some("COMPLETE".to_owned()),
                scanned: Some(time("2025-11-03T09:00:00.25Z")),
                findings: Some(BTreeMap::from([("CRITICAL".to_owned(), 2)])),
            })
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none_or_absent() {
        let ecr = read(&script());
        assert_eq!(ecr.scan_type, Observed::Absent);
        let repository = &ecr.repositories.items()[0];
        assert_eq!(repository.scan_frequency, Observed::Absent);
        assert_eq!(repository.policy, Observed::Absent);
        let Observed::Known(image) = &repository.images[0].details else {
            panic!("{repository:?}");
        };
        assert_eq!((&image.scan_status, &image.findings), (&None, &None));
    }

    #[test]
    fn an_account_whose_functions_run_no_image_costs_nothing() {
        let script = Script::new();
        let ecr = read(&script);
        assert_eq!(ecr.repositories, Observed::Known(vec![]));
        assert!(script.calls().is_empty());
    }

    #[test]
    fn images_of_other_accounts_and_public_ones_are_not_asked_for() {
        let script = referring(&[
            "444455556666.dkr.ecr.eu-central-1.amazonaws.com/theirs:1",
            "public.ecr.aws/lambda/python:3.14",
        ]);
        assert_eq!(read(&script).repositories, Observed::Known(vec![]));
        assert!(script.calls().is_empty());
    }

    #[test]
    fn a_reference_is_a_digest_a_tag_or_the_latest() {
        let id = |reference: &str| split(&format!("{HOST}/{reference}"));
        let name = || "a/b".to_owned();
        assert_eq!(
            id("a/b@sha256:1"),
            Some((name(), json!({"imageDigest": "sha256:1"})))
        );
        assert_eq!(
            id("a/b:7@sha256:1"),
            Some((name(), json!({"imageDigest": "sha256:1"})))
        );
        assert_eq!(id("a/b:7"), Some((name(), json!({"imageTag": "7"}))));
        assert_eq!(id("a/b"), Some((name(), json!({"imageTag": "latest"}))));
        assert_eq!(split("nothing"), None);
    }

    #[test]
    fn a_repository_costs_two_calls_an_image_one_and_a_batch_one() {
        let images: Vec<String> = (10..40)
            .map(|number| format!("{HOST}/r{number}:1"))
            .chain([format!("{HOST}/r10:2")])
            .collect();
        let images: Vec<&str> = images.iter().map(String::as_str).collect();
        let script = referring(&images);
        let ecr = read(&script);
        assert_eq!(ecr.repositories.items().len(), 30);
        assert_eq!(ecr.repositories.items()[0].images.len(), 2);
        let count = |operation: &str| script.calls().iter().filter(|it| **it == operation).count();
        assert_eq!((count(REGISTRY), count(SCANNING)), (1, 2));
        assert_eq!(
            (count(REPOSITORY), count(POLICY), count(IMAGE)),
            (30, 30, 31)
        );
    }

    #[test]
    fn what_is_gone_is_absent() {
        let repository = only(
            &script()
                .absent(REPOSITORY, "", "RepositoryNotFoundException")
                .absent(POLICY, "", "RepositoryNotFoundException")
                .absent(IMAGE, "", "ImageNotFoundException"),
        );
        assert_eq!(repository.details, Observed::Absent);
        assert_eq!(repository.policy, Observed::Absent);
        assert_eq!(repository.images[0].details, Observed::Absent);
    }

    #[test]
    fn what_is_refused_or_not_offered_is_not_absent() {
        let repository = only(
            &script()
                .refuse(SCANNING, denied(SCANNING))
                .refuse(POLICY, denied(POLICY))
                .refuse(IMAGE, denied(IMAGE)),
        );
        assert_eq!(repository.scan_frequency, denied(SCANNING));
        assert_eq!(repository.policy, denied(POLICY));
        assert_eq!(repository.images[0].details, denied(IMAGE));
        assert!(matches!(repository.details, Observed::Known(_)));
        let lacking = Observed::Unsupported {
            operation: REGISTRY.to_owned(),
        };
        let ecr = read(&script().refuse(REGISTRY, lacking));
        assert!(matches!(ecr.scan_type, Observed::Unsupported { .. }));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let repository = only(
            &script()
                .on(REPOSITORY, r#"{"repositories":[]}"#)
                .on(IMAGE, "{}")
                .on(SCANNING, "{}"),
        );
        assert!(matches!(repository.details, Observed::Failed { .. }));
        assert!(matches!(
            repository.images[0].details,
            Observed::Failed { .. }
        ));
        assert!(matches!(repository.scan_frequency, Observed::Failed { .. }));
    }
}
