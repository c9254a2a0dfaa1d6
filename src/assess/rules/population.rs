//! The resources that a rule may be about: where they stand in a snapshot, and what they look like to a rule.

use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value as Json;
use tripod_checks::{Scope, View};
use tripod_model::{Account, Arn, Observed, RegionName, ResourceRef, Unknown};

use super::cel::types::{Schema, Type};

/// All resources of one type.
pub(super) struct Population {
    /// CloudFormation's name of the type.
    pub(super) kind: &'static str,
    /// The operations that list them.
    pub(super) needs: &'static [&'static str],
    types: fn(&mut SchemaGenerator) -> (Json, Option<Json>),
    visit: fn(&'static str, &View<'_>, Visitor<'_>),
}

/// Told of each resource.
type Visitor<'v> = &'v mut dyn FnMut(Seen<'_>);

/// What there is to judge.
pub(super) enum Seen<'a> {
    /// A resource, as the snapshot writes it.
    Resource {
        account: &'a Account,
        reference: ResourceRef,
        resource: Json,
        /// What it belongs to, for a resource that belongs to another.
        parent: Option<&'a Json>,
    },
    /// A list that could not be read stands for the resources in it.
    Unlisted(ResourceRef, Unknown),
}

/// What a rule of a population may speak of.
pub(super) struct Language {
    pub(super) schema: Schema,
    /// In the order in which their values are given.
    pub(super) variables: Vec<(String, Type)>,
}

impl Population {
    /// The population of this name.
    pub(super) fn find(kind: &str) -> Option<&'static Self> {
        POPULATIONS.iter().find(|own| own.kind == kind)
    }

    /// Calls `visit` for each resource, and for each list that could not be read.
    pub(super) fn each(&self, view: &View<'_>, visit: Visitor<'_>) {
        (self.visit)(self.kind, view, visit);
    }

    /// Names and types for the rules of this population.
    pub(super) fn language(&self) -> Language {
        let mut generator = SchemaGenerator::default();
        let (resource, parent) = (self.types)(&mut generator);
        let schema = Schema::new(generator.take_definitions(true));
        let mut variables = vec![
            ("resource".to_owned(), schema.type_of(&resource)),
            ("account".to_owned(), Type::Text),
            ("partition".to_owned(), Type::Text),
            ("region".to_owned(), Type::Text),
            ("now".to_owned(), Type::Time),
        ];
        if let Some(parent) = parent {
            variables.push(("parent".to_owned(), schema.type_of(&parent)));
        }
        Language { schema, variables }
    }
}

fn type_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Json {
    generator.subschema_for::<T>().to_value()
}

fn as_json<T: Serialize>(item: &T) -> Json {
    // Types of the snapshot always have a form as JSON; a rule says of null that it has no fields.
    serde_json::to_value(item).unwrap_or(Json::Null)
}

/// A list in each region.
macro_rules! regional {
    ($kind:literal, $needs:literal, $type:ty, $($list:ident).+, |$item:ident| $arn:expr, $name:expr) => {
        Population {
            kind: $kind,
            needs: &[$needs],
            types: |generator| (type_of::<$type>(generator), None),
            visit: |kind, view, visit| {
                for scope in Scope::all(view.snapshot()) {
                    let list: &Observed<Vec<$type>> = &scope.region.$($list).+;
                    let named = |$item: &$type| scope.resource(kind, &$arn, &$name);
                    each(&scope, kind, list, None, named, visit);
                }
            },
        }
    };
}

/// A list at each item of a list in each region.
macro_rules! nested {
    (
        $kind:literal, [$($needs:literal),+], $parent:ty, $($parents:ident).+, $type:ty, $list:ident,
        |$owner:ident, $item:ident| $arn:expr, $name:expr
    ) => {
        Population {
            kind: $kind,
            needs: &[$($needs),+],
            types: |generator| (type_of::<$type>(generator), Some(type_of::<$parent>(generator))),
            visit: |kind, view, visit| {
                for scope in Scope::all(view.snapshot()) {
                    let parents: &Observed<Vec<$parent>> = &scope.region.$($parents).+;
                    let parents = match parents.found() {
                        Ok(parents) => parents.map(Vec::as_slice).unwrap_or_default(),
                        Err(unknown) => {
                            visit(Seen::Unlisted(scope.unlisted(kind), unknown));
                            &[]
                        }
                    };
                    for $owner in parents {
                        let parent = as_json($owner);
                        let named = |$item: &$type| scope.resource(kind, &$arn, &$name);
                        let list: &Observed<Vec<$type>> = &$owner.$list;
                        if let Err(unknown) = list.found() {
                            visit(Seen::Unlisted(unlisted_of(&scope, kind, &$owner.arn), unknown));
                            continue;
                        }
                        each(&scope, kind, list, Some(&parent), named, visit);
                    }
                }
            },
        }
    };
}

/// A list of the account's authorization details.
macro_rules! identity {
    ($kind:literal, $type:ty, $list:ident) => {
        Population {
            kind: $kind,
            needs: &["iam:GetAccountAuthorizationDetails"],
            types: |generator| (type_of::<$type>(generator), None),
            visit: |kind, view, visit| {
                for account in &view.accounts {
                    let reference = |arn: &str, name: &str| global(account, kind, arn, name);
                    let found = match account.iam.authorization.found() {
                        Ok(found) => found,
                        Err(unknown) => {
                            let arn = format!("arn:{}:iam::{}:*", account.partition, account.id);
                            visit(Seen::Unlisted(reference(&arn, "*"), unknown));
                            continue;
                        }
                    };
                    for item in found.map(|it| it.$list.as_slice()).unwrap_or_default() {
                        visit(Seen::Resource {
                            account,
                            reference: reference(item.arn.as_str(), &item.name),
                            resource: as_json(item),
                            parent: None,
                        });
                    }
                }
            },
        }
    };
}

/// All of them, by name.
pub(super) static POPULATIONS: [Population; 29] = [
    regional!(
        "AWS::ApiGateway::RestApi",
        "apigateway:GetRestApis",
        tripod_model::apigateway::RestApi,
        apigateway.rest_apis,
        |api| api.arn,
        api.name
    ),
    nested!(
        "AWS::ApiGateway::Stage",
        ["apigateway:GetRestApis", "apigateway:GetStages"],
        tripod_model::apigateway::RestApi,
        apigateway.rest_apis,
        tripod_model::apigateway::Stage,
        stages,
        |api, stage| stage.arn,
        format!("{} {}", api.name, stage.name)
    ),
    regional!(
        "AWS::ApiGatewayV2::Api",
        "apigatewayv2:GetApis",
        tripod_model::apigatewayv2::Api,
        apigatewayv2.apis,
        |api| api.arn,
        api.name
    ),
    nested!(
        "AWS::ApiGatewayV2::Route",
        ["apigatewayv2:GetApis", "apigatewayv2:GetRoutes"],
        tripod_model::apigatewayv2::Api,
        apigatewayv2.apis,
        tripod_model::apigatewayv2::Route,
        routes,
        |api, route| route.arn,
        format!("{} {}", api.name, route.key.as_deref().unwrap_or(&route.id))
    ),
    nested!(
        "AWS::ApiGatewayV2::Stage",
        ["apigatewayv2:GetApis", "apigatewayv2:GetStages"],
        tripod_model::apigatewayv2::Api,
        apigatewayv2.apis,
        tripod_model::apigatewayv2::Stage,
        stages,
        |api, stage| stage.arn,
        format!("{} {}", api.name, stage.name)
    ),
    regional!(
        "AWS::CloudTrail::Trail",
        "cloudtrail:DescribeTrails",
        tripod_model::cloudtrail::Trail,
        cloudtrail.trails,
        |trail| trail.arn,
        trail.name
    ),
    regional!(
        "AWS::DynamoDB::Table",
        "dynamodb:ListTables",
        tripod_model::dynamodb::Table,
        dynamodb.tables,
        |table| table.arn,
        table.name
    ),
    regional!(
        "AWS::EC2::NatGateway",
        "ec2:DescribeNatGateways",
        tripod_model::ec2::NatGateway,
        ec2.nat_gateways,
        |gateway| gateway.arn,
        gateway.id
    ),
    regional!(
        "AWS::EC2::SecurityGroup",
        "ec2:DescribeSecurityGroups",
        tripod_model::ec2::SecurityGroup,
        ec2.security_groups,
        |group| group.arn,
        group.name.as_ref().unwrap_or(&group.id)
    ),
    regional!(
        "AWS::EC2::Subnet",
        "ec2:DescribeSubnets",
        tripod_model::ec2::Subnet,
        ec2.subnets,
        |subnet| subnet.arn,
        subnet.id
    ),
    regional!(
        "AWS::EC2::VPC",
        "ec2:DescribeVpcs",
        tripod_model::ec2::Vpc,
        ec2.vpcs,
        |vpc| vpc.arn,
        vpc.id
    ),
    regional!(
        "AWS::EC2::VPCEndpoint",
        "ec2:DescribeVpcEndpoints",
        tripod_model::ec2::VpcEndpoint,
        ec2.vpc_endpoints,
        |endpoint| endpoint.arn,
        endpoint.id
    ),
    regional!(
        "AWS::ECR::Repository",
        "ecr:DescribeRepositories",
        tripod_model::ecr::Repository,
        ecr.repositories,
        |repository| repository.arn,
        repository.name
    ),
    identity!("AWS::IAM::Group", tripod_model::iam::Principal, groups),
    identity!(
        "AWS::IAM::ManagedPolicy",
        tripod_model::iam::ManagedPolicy,
        policies
    ),
    identity!("AWS::IAM::Role", tripod_model::iam::Principal, roles),
    identity!("AWS::IAM::User", tripod_model::iam::Principal, users),
    regional!(
        "AWS::KMS::Key",
        "kms:ListKeys",
        tripod_model::kms::Key,
        kms.keys,
        |key| key.arn,
        key.id
    ),
    regional!(
        "AWS::Lambda::CodeSigningConfig",
        "lambda:ListCodeSigningConfigs",
        tripod_model::lambda::CodeSigningConfig,
        lambda.code_signing_configs,
        |config| config.arn,
        config.arn.resource().unwrap_or(config.arn.as_str())
    ),
    regional!(
        "AWS::Lambda::EventSourceMapping",
        "lambda:ListEventSourceMappings",
        tripod_model::lambda::EventSourceMapping,
        lambda.event_source_mappings,
        |mapping| mapping
            .arn
            .clone()
            .unwrap_or_else(|| Arn::new(mapping.uuid.clone())),
        mapping.uuid
    ),
    regional!(
        "AWS::Lambda::Function",
        "lambda:ListFunctions",
        tripod_model::lambda::Function,
        lambda.functions,
        |function| function.arn,
        function.name
    ),
    nested!(
        "AWS::Lambda::LayerVersion",
        ["lambda:ListLayers", "lambda:ListLayerVersions"],
        tripod_model::lambda::Layer,
        lambda.layers,
        tripod_model::lambda::LayerVersion,
        versions,
        |layer, version| version.arn,
        format!("{} {}", layer.name, version.version)
    ),
    regional!(
        "AWS::Logs::LogGroup",
        "logs:DescribeLogGroups",
        tripod_model::logs::LogGroup,
        logs.groups,
        |group| group.arn,
        group.name
    ),
    Population {
        kind: "AWS::S3::Bucket",
        needs: &["s3:ListBuckets"],
        types: |generator| (type_of::<tripod_model::s3::Bucket>(generator), None),
        visit: buckets,
    },
    regional!(
        "AWS::SecretsManager::Secret",
        "secretsmanager:ListSecrets",
        tripod_model::secretsmanager::Secret,
        secretsmanager.secrets,
        |secret| secret.arn,
        secret.name
    ),
    regional!(
        "AWS::SNS::Topic",
        "sns:ListTopics",
        tripod_model::sns::Topic,
        sns.topics,
        |topic| topic.arn,
        topic.arn.resource().unwrap_or(topic.arn.as_str())
    ),
    regional!(
        "AWS::SQS::Queue",
        "sqs:ListQueues",
        tripod_model::sqs::Queue,
        sqs.queues,
        |queue| queue.arn,
        queue.name
    ),
    regional!(
        "AWS::SSM::Parameter",
        "ssm:DescribeParameters",
        tripod_model::ssm::Parameter,
        ssm.parameters,
        |parameter| parameter.arn,
        parameter.name
    ),
    regional!(
        "AWS::StepFunctions::StateMachine",
        "stepfunctions:ListStateMachines",
        tripod_model::stepfunctions::StateMachine,
        stepfunctions.state_machines,
        |machine| machine.arn,
        machine.name
    ),
];

fn each<T: Serialize>(
    scope: &Scope<'_>,
    kind: &str,
    list: &Observed<Vec<T>>,
    parent: Option<&Json>,
    named: impl Fn(&T) -> ResourceRef,
    visit: Visitor<'_>,
) {
    match list.found() {
        Ok(items) => {
            for item in items.into_iter().flatten() {
                visit(Seen::Resource {
                    account: scope.account,
                    reference: named(item),
                    resource: as_json(item),
                    parent,
                });
            }
        }
        Err(unknown) => visit(Seen::Unlisted(scope.unlisted(kind), unknown)),
    }
}

/// Buckets have one list for all regions.
fn buckets(kind: &'static str, view: &View<'_>, visit: Visitor<'_>) {
    for account in &view.accounts {
        let arn = |name: &str| format!("arn:{}:s3:::{name}", account.partition);
        let list = match account.s3.buckets.found() {
            Ok(list) => list.map(Vec::as_slice).unwrap_or_default(),
            Err(unknown) => {
                visit(Seen::Unlisted(
                    global(account, kind, &arn("*"), "*"),
                    unknown,
                ));
                continue;
            }
        };
        for bucket in list {
            let mut reference = global(account, kind, &arn(&bucket.name), &bucket.name);
            if let Some(region) = &bucket.region {
                reference.region = region.clone();
            }
            visit(Seen::Resource {
                account,
                reference,
                resource: as_json(bucket),
                parent: None,
            });
        }
    }
}

fn global(account: &Account, kind: &str, arn: &str, name: &str) -> ResourceRef {
    ResourceRef {
        arn: arn.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        account: account.id.clone(),
        region: RegionName::new("global"),
    }
}

/// Stands for the resources of a list of one parent that could not be read.
fn unlisted_of(scope: &Scope<'_>, kind: &str, parent: &Arn) -> ResourceRef {
    ResourceRef {
        arn: format!("{parent}/*"),
        ..scope.unlisted(kind)
    }
}
