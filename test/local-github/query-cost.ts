// What a query costs, as GitHub reckons: one request for each list that it opens, times the lists around it, by the
// sizes that are asked for and not by what is there; a hundred of them are one point, and no query is cheaper than one.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

export type QueryCost = { readonly points: number; readonly nodeCount: number };

type Counted = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** Of a query that is valid. */
export function queryCost(operation: OperationDefinitionNode, counted: Counted): QueryCost {
  const root = counted.schema.getRootType(operation.operation);
  if (root == null) return { points: 1, nodeCount: 0 };
  const { lists, nodes } = count(operation.selectionSet, root, 1, counted);
  return { points: Math.max(1, Math.round(lists / 100)), nodeCount: nodes };
}

type Counts = { readonly lists: number; readonly nodes: number };

function count(set: SelectionSetNode, type: GraphQLCompositeType, times: number, counted: Counted): Counts {
  let lists = 0;
  let nodes = 0;
  for (const selection of set.selections) {
    const part =
      selection.kind === Kind.FIELD
        ? countField(selection, type, times, counted)
        : countFragment(selection, type, times, counted);
    lists += part.lists;
    nodes += part.nodes;
  }
  return { lists, nodes };
}

function countFragment(
  selection: Exclude<SelectionSetNode["selections"][number], FieldNode>,
  type: GraphQLCompositeType,
  times: number,
  counted: Counted,
): Counts {
  const fragment =
    selection.kind === Kind.FRAGMENT_SPREAD ? counted.fragments.get(selection.name.value) : selection;
  if (fragment === undefined) return { lists: 0, nodes: 0 };
  const condition = fragment.typeCondition && counted.schema.getType(fragment.typeCondition.name.value);
  return count(fragment.selectionSet, isCompositeType(condition) ? condition : type, times, counted);
}

function countField(field: FieldNode, type: GraphQLCompositeType, times: number, counted: Counted): Counts {
  const known = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field.name.value] : undefined;
  const target = known && getNamedType(known.type);
  if (field.selectionSet === undefined || !isCompositeType(target)) return { lists: 0, nodes: 0 };
  if (!target.name.endsWith("Connection")) return count(field.selectionSet, target, times, counted);
  const size = times * pageSize(field, counted.variables);
  const inside = count(field.selectionSet, target, size, counted);
  return { lists: times + inside.lists, nodes: size + inside.nodes };
}

function pageSize(field: FieldNode, variables: Counted["variables"]): number {
  for (const { name, value } of field.arguments ?? []) {
    if (name.value !== "first" && name.value !== "last") continue;
    const size = value.kind === Kind.VARIABLE ? variables[value.name.value] : "value" in value && value.value;
    if (size != null) return Number(size);
  }
  return 0;
}
