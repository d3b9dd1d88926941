// Loaded on use through a module of our own, as the build demands (see scripts/build.ts).
export { GraphqlResponseError, graphql } from "@octokit/graphql";
