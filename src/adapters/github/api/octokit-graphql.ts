// A module of ours that is loaded on use, as the build requires (scripts/build.ts).
export { GraphqlResponseError, graphql } from "@octokit/graphql";
