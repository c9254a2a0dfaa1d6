//! The findings in the AWS Security Finding Format, for `BatchImportFindings` of AWS Security Hub:
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html>.
//!
//! Each line is one batch: a JSON array of at most 100 findings, the most that the operation takes, all of one
//! account and region, because Security Hub takes in a region what is of that region. A line is what
//! `aws securityhub batch-import-findings --findings file://…` wants.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use tripod_assess::Report;
use tripod_checks::Framework;
use tripod_model::{Finding, Outcome, ResourceRef, Severity};

use crate::about::{self, accepted};
use crate::safe::{self, Listed};
use crate::text::{cut, fitted};

/// Findings of a batch. <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html>
const BATCH: usize = 100;

/// Lengths in characters, from the members of
/// <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html>. Where AWS gives none, the
/// next smaller one is kept to.
mod limit {
    pub(super) const TITLE: usize = 256;
    pub(super) const DESCRIPTION: usize = 1024;
    pub(super) const ID: usize = 512;
    pub(super) const RECOMMENDATION: usize = 512;
    pub(super) const REASON: usize = 512;
    pub(super) const REQUIREMENTS: usize = 32;
    pub(super) const FIELD: usize = 1024;
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AsffFinding<'a> {
    schema_version: &'static str,
    id: &'a str,
    product_arn: String,
    product_name: &'static str,
    company_name: &'static str,
    region: &'a str,
    generator_id: String,
    aws_account_id: &'a str,
    types: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    severity: SeverityOf,
    title: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<Remediation<'a>>,
    product_fields: BTreeMap<&'static str, String>,
    resources: [Resource<'a>; 1],
    compliance: Compliance,
    workflow: Workflow,
    record_state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SeverityOf {
    label: &'static str,
    original: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Remediation<'a> {
    recommendation: Recommendation<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recommendation<'a> {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'a> {
    #[serde(rename = "Type")]
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: Option<&'a str>,
    region: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compliance {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_requirements: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status_reasons: Vec<StatusReason>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatusReason {
    reason_code: String,
    description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Workflow {
    status: &'static str,
}

/// Writes the findings, a batch a line.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        let resource = &finding.resource;
        let place = (resource.account.as_str(), region(report, resource));
        places.entry(place).or_default().push(finding);
    }
    for batch in places.values().flat_map(|findings| findings.chunks(BATCH)) {
        let findings = Listed(|| batch.iter().map(|finding| converted(report, finding)));
        safe::line(&findings, out)?;
    }
    out.flush()
}

fn converted<'a>(report: &'a Report, finding: &'a Finding) -> AsffFinding<'a> {
    let resource = &finding.resource;
    let partition = about::partition(report, resource);
    let (region, account) = (region(report, resource), resource.account.as_str());
    AsffFinding {
        schema_version: "2018-10-08",
        id: &finding.id,
        product_arn: format!(
            "arn:{partition}:securityhub:{region}:{account}:product/{account}/default"
        ),
        product_name: "Tripod",
        company_name: "Tripod",
        region,
        generator_id: fitted(&format!("tripod/{}", finding.check), limit::ID),
        aws_account_id: account,
        types: types(report, finding),
        created_at: report.run.observed,
        updated_at: report.run.finished.max(report.run.observed),
        severity: SeverityOf {
            label: label(finding),
            original: finding.severity.as_str(),
        },
        title: fitted(about::title(report, &finding.check), limit::TITLE),
        description: fitted(
            &format!("{}: {}", resource.name, finding.message),
            limit::DESCRIPTION,
        ),
        remediation: (finding.outcome == Outcome::Fail).then(|| remediation(report, finding)),
        product_fields: product_fields(report, finding),
        resources: [Resource {
            kind: resource_type(&resource.kind),
            id: identity(&resource.arn),
            partition: PARTITIONS.contains(&partition).then_some(partition),
            region,
        }],
        compliance: compliance(report, finding),
        workflow: Workflow {
            status: match (finding.outcome, accepted(finding)) {
                (_, Some(_)) => "SUPPRESSED",
                (Outcome::Pass, None) => "RESOLVED",
                _ => "NEW",
            },
        },
        // What does not apply is nothing that anybody has to look at.
        record_state: match finding.outcome {
            Outcome::NotApplicable => "ARCHIVED",
            _ => "ACTIVE",
        },
    }
}

/// Values of the member `Partition` of
/// <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Resource.html>.
const PARTITIONS: [&str; 5] = ["aws", "aws-cn", "aws-us-gov", "aws-us-iso", "aws-us-iso-b"];

/// The region that takes the finding in: the resource's, and for what is global the one that its partition has IAM
/// in. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-endpoints.html>
fn region<'a>(report: &'a Report, resource: &'a ResourceRef) -> &'a str {
    match (resource.region.as_str(), about::partition(report, resource)) {
        ("global", "aws-cn") => "cn-north-1",
        ("global", "aws-us-gov") => "us-gov-west-1",
        ("global", _) => "us-east-1",
        (region, _) => region,
    }
}

/// An ARN, cut off with a mark of its own where it is longer than Security Hub takes, so that it stays unique.
fn identity(arn: &str) -> String {
    if arn.chars().nth(limit::ID).is_none() {
        return fitted(arn, limit::ID);
    }
    let mark = &tripod_model::fingerprint(arn.as_bytes())[..16];
    format!("{}{mark}", fitted(arn, limit::ID - mark.len()))
}

fn label(finding: &Finding) -> &'static str {
    match (finding.outcome, finding.severity) {
        (Outcome::Fail, Severity::Critical) => "CRITICAL",
        (Outcome::Fail, Severity::High) => "HIGH",
        (Outcome::Fail, Severity::Medium) => "MEDIUM",
        (Outcome::Fail, Severity::Low) => "LOW",
        _ => "INFORMATIONAL",
    }
}

/// Types under "Software and Configuration Checks". AWS has none for its Well-Architected Framework and for OWASP.
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html>
const STANDARDS: &[(Framework, &str)] = &[
    (Framework::Fsbp, "AWS Foundational Security Best Practices"),
    (Framework::CisAws, "CIS AWS Foundations Benchmark"),
    (Framework::Nist80053, "NIST 800-53 Controls (USA)"),
    (Framework::PciDss, "PCI-DSS"),
    (Framework::Iso27001, "ISO 27001 Controls"),
    (Framework::Soc2, "SOC 2"),
    (Framework::Hipaa, "HIPAA Controls (USA)"),
];

fn types(report: &Report, finding: &Finding) -> Vec<String> {
    let checks = "Software and Configuration Checks";
    let requirements = about::requirements(report, finding);
    let served = |framework: &Framework| {
        let key = framework.key();
        requirements.iter().any(|(own, _)| *own == key)
    };
    let standards = STANDARDS.iter().filter(|(framework, _)| served(framework));
    let standards =
        standards.map(|(_, name)| format!("{checks}/Industry and Regulatory Standards/{name}"));
    std::iter::once(format!("{checks}/AWS Security Best Practices"))
        .chain(standards)
        .collect()
}

fn remediation<'a>(report: &'a Report, finding: &Finding) -> Remediation<'a> {
    let prose = about::section(report, &finding.check, "How to mend").unwrap_or_default();
    let first = prose.split("\n\n").next().unwrap_or_default();
    Remediation {
        recommendation: Recommendation {
            text: fitted(
                &format!("{first} Commands: tripod explain {}", finding.check),
                limit::RECOMMENDATION,
            ),
            url: about::references(report, &finding.check).first().copied(),
        },
    }
}

fn product_fields(report: &Report, finding: &Finding) -> BTreeMap<&'static str, String> {
    let mut fields = BTreeMap::from([
        ("tripod/check", finding.check.to_string()),
        ("tripod/outcome", finding.outcome.as_str().to_owned()),
        ("tripod/severity", finding.severity.as_str().to_owned()),
        ("tripod/resource-name", finding.resource.name.clone()),
        ("tripod/resource-type", finding.resource.kind.clone()),
        ("tripod/run", report.run.id.clone()),
    ]);
    if let Some(accepted) = accepted(finding) {
        fields.insert("tripod/exception", accepted.text);
    }
    for value in fields.values_mut() {
        *value = fitted(value, limit::FIELD);
    }
    fields
}

fn compliance(report: &Report, finding: &Finding) -> Compliance {
    let reason = |code: &str, text: &str| StatusReason {
        reason_code: code.to_owned(),
        description: fitted(text, limit::REASON),
    };
    let (status, status_reasons) = match finding.outcome {
        Outcome::Pass => ("PASSED", Vec::new()),
        Outcome::Fail => ("FAILED", Vec::new()),
        Outcome::NotApplicable => (
            "NOT_AVAILABLE",
            vec![reason("TRIPOD_NOT_APPLICABLE", &finding.message)],
        ),
        Outcome::NotAssessed => {
            let cause = finding.cause.as_ref().map(|cause| cause.text());
            let text = cause.as_deref().unwrap_or(&finding.message);
            ("NOT_AVAILABLE", vec![reason("TRIPOD_NOT_ASSESSED", text)])
        }
    };
    Compliance {
        status,
        related_requirements: about::requirements(report, finding)
            .into_iter()
            .take(limit::REQUIREMENTS)
            .map(|(framework, id)| {
                cut(
                    &format!("{} {id}", about::framework_name(framework)),
                    limit::TITLE,
                )
            })
            .collect(),
        status_reasons,
    }
}

/// Security Hub's name of a CloudFormation type, from the members of
/// <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_ResourceDetails.html>, and `AwsAccount` from
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html>.
const TYPES: &[(&str, &str)] = &[
    ("AWS::::Account", "AwsAccount"),
    ("AWS::ApiGateway::RestApi", "AwsApiGatewayRestApi"),
    ("AWS::ApiGateway::Stage", "AwsApiGatewayStage"),
    ("AWS::ApiGatewayV2::Api", "AwsApiGatewayV2Api"),
    ("AWS::ApiGatewayV2::Stage", "AwsApiGatewayV2Stage"),
    ("AWS::CloudFront::Distribution", "AwsCloudFrontDistribution"),
    ("AWS::CloudTrail::Trail", "AwsCloudTrailTrail"),
    ("AWS::CloudWatch::Alarm", "AwsCloudWatchAlarm"),
    ("AWS::DynamoDB::Table", "AwsDynamoDbTable"),
    ("AWS::EC2::EIP", "AwsEc2Eip"),
    ("AWS::EC2::NetworkAcl", "AwsEc2NetworkAcl"),
    ("AWS::EC2::NetworkInterface", "AwsEc2NetworkInterface"),
    ("AWS::EC2::RouteTable", "AwsEc2RouteTable"),
    ("AWS::EC2::SecurityGroup", "AwsEc2SecurityGroup"),
    ("AWS::EC2::Subnet", "AwsEc2Subnet"),
    ("AWS::EC2::TransitGateway", "AwsEc2TransitGateway"),
    ("AWS::EC2::VPC", "AwsEc2Vpc"),
    ("AWS::EC2::VPCEndpointService", "AwsEc2VpcEndpointService"),
    (
        "AWS::EC2::VPCPeeringConnection",
        "AwsEc2VpcPeeringConnection",
    ),
    ("AWS::EC2::VPNConnection", "AwsEc2VpnConnection"),
    ("AWS::ECR::Repository", "AwsEcrRepository"),
    ("AWS::IAM::Group", "AwsIamGroup"),
    ("AWS::IAM::ManagedPolicy", "AwsIamPolicy"),
    ("AWS::IAM::Role", "AwsIamRole"),
    ("AWS::IAM::User", "AwsIamUser"),
    ("AWS::KMS::Key", "AwsKmsKey"),
    ("AWS::Lambda::Function", "AwsLambdaFunction"),
    ("AWS::Lambda::LayerVersion", "AwsLambdaLayerVersion"),
    ("AWS::S3::Bucket", "AwsS3Bucket"),
    ("AWS::S3::Object", "AwsS3Object"),
    ("AWS::SNS::Topic", "AwsSnsTopic"),
    ("AWS::SQS::Queue", "AwsSqsQueue"),
    ("AWS::SecretsManager::Secret", "AwsSecretsManagerSecret"),
    (
        "AWS::StepFunctions::StateMachine",
        "AwsStepFunctionStateMachine",
    ),
    ("AWS::WAFv2::WebACL", "AwsWafv2WebAcl"),
];

fn resource_type(kind: &str) -> &'static str {
    TYPES
        .iter()
        .find(|(own, _)| *own == kind)
        .map_or("Other", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tripod_model::{Outcome, RegionName, Severity};

    use super::{BATCH, identity, resource_type};
    use crate::formats::rendered;
    use crate::{Format, fixture};

    fn batches(report: &tripod_assess::Report) -> Vec<Vec<Value>> {
        rendered(report, Format::Asff)
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    #[test]
    fn a_batch_is_of_one_account_and_region_and_holds_no_more_than_aws_takes() {
        let mut report = fixture::report();
        let one = report.findings[0].clone();
        report.findings = (0..250)
            .map(|index| {
                let mut finding = one.clone();
                finding.id = format!("{index:032}");
                let region = ["eu-west-1", "global"][usize::from(index % 5 == 0)];
                finding.resource.region = RegionName::new(region);
                finding
            })
            .collect();
        let batches = batches(&report);
        let regions: Vec<(usize, &str)> = batches
            .iter()
            .map(|batch| (batch.len(), batch[0]["Region"].as_str().expect("text")))
            .collect();
        assert_eq!(
            regions,
            [
                (BATCH, "eu-west-1"),
                (BATCH, "eu-west-1"),
                (50, "us-east-1")
            ]
        );
        for batch in &batches {
            for finding in batch {
                assert_eq!(finding["ProductArn"], batch[0]["ProductArn"]);
            }
        }
        assert_eq!(
            batches[2][0]["ProductArn"],
            "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default"
        );
    }

    #[test]
    fn only_a_failure_has_a_severity_and_each_outcome_its_status() {
        let report = fixture::every_outcome();
        let findings: Vec<Value> = batches(&report).into_iter().flatten().collect();
        for finding in &report.findings {
            let found = findings
                .iter()
                .find(|found| found["Id"] == finding.id)
                .expect("there");
            let (status, state) = match finding.outcome {
                Outcome::Pass => ("PASSED", "ACTIVE"),
                Outcome::Fail => ("FAILED", "ACTIVE"),
                Outcome::NotAssessed => ("NOT_AVAILABLE", "ACTIVE"),
                Outcome::NotApplicable => ("NOT_AVAILABLE", "ARCHIVED"),
            };
            assert_eq!(found["Compliance"]["Status"], status);
            assert_eq!(found["RecordState"], state);
            let label = if finding.outcome == Outcome::Fail && finding.severity != Severity::None {
                finding.severity.as_str().to_uppercase()
            } else {
                "INFORMATIONAL".to_owned()
            };
            assert_eq!(found["Severity"]["Label"], label);
        }
    }

    #[test]
    fn an_arn_too_long_for_security_hub_stays_unique() {
        let long = format!("arn:aws:lambda:eu-west-1:1:function:{}", "x".repeat(10_000));
        assert_eq!(identity(&long).chars().count(), 512);
        assert_ne!(identity(&long), identity(&format!("{long}y")));
        assert_eq!(identity("arn:aws:s3:::a"), "arn:aws:s3:::a");
    }

    #[test]
    fn a_type_that_security_hub_lacks_is_other() {
        assert_eq!(resource_type("AWS::Lambda::Function"), "AwsLambdaFunction");
        assert_eq!(resource_type("AWS::ApiGateway::Method"), "Other");
    }

    #[test]
    fn the_shape_is_stable() {
        let mut batches = batches(&fixture::one_failure());
        // The prose of a check is none of a format's business.
        batches[0][0]["Remediation"]["Recommendation"] = "[prose]".into();
        insta::assert_json_snapshot!(batches);
    }
}
