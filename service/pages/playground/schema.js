// What openapi.json says of operations and options, as the fields of a form. Nothing here knows any operation: one that
// the service learns appears by itself.

const LAST = ["center", "unit"];

export class Schema {
  constructor(document) {
    this.document = document;
    const spec = this.resolve(document.components.schemas.OpsSpec);
    const {ops, ...options} = spec.properties;
    const described = ops.items.oneOf.map((reference) => this.describeOp(this.resolve(reference)));
    this.ops = new Map(described.map((op) => [op.name, op]));
    this.options = this.fieldsOf({...spec, properties: options});
    this.mostOps = ops.maxItems;
    this.protected = Boolean(document.components.securitySchemes);
  }

  describeOp(schema) {
    const {op: {const: name}, ...properties} = schema.properties;
    const fields = this.fieldsOf({...schema, properties});
    const lists = fields.filter((field) => ["src", "dst"].includes(field.name) && field.kind === "points" && !field.fixed);
    const example = {op: name, ...schema.examples[0]};
    return {name, description: schema.description, example, fields, pairs: lists.length === 2};
  }

  // Where and in what unit an operation acts comes after what it does.
  fieldsOf({properties, required = []}) {
    const fields = Object.entries(properties).map(([name, property]) => ({
      ...this.field(property),
      name,
      required: required.includes(name),
      fallback: property.default ?? property["x-default"],
      description: property.description ?? "",
    }));
    return fields.toSorted((one, other) => LAST.indexOf(one.name) - LAST.indexOf(other.name));
  }

  resolve(schema) {
    if (!schema.$ref) return schema;
    const name = schema.$ref.split("/").at(-1);
    return {...this.document.components.schemas[name], ...schema, $ref: undefined};
  }

  // The kind of control that a value needs, and its bounds.
  field(property) {
    const {anyOf, ...rest} = property;
    const arms = anyOf?.filter(({type}) => type !== "null");
    const schema = this.resolve(arms?.length === 1 ? {...arms[0], ...rest} : property);
    if (schema.enum) return {kind: "choice", choices: schema.enum};
    if (schema.type === "boolean") return {kind: "switch"};
    if (schema.type === "number" || schema.type === "integer") return {kind: "number", ...boundsOf(schema)};
    if (schema.format === "css-color") return {kind: "colour"};
    if (schema.type === "string") return {kind: "text"};
    if (schema.type === "array") return this.list(schema);
    if (schema.type === "object" && schema.properties) return {kind: "object", fields: this.fieldsOf(schema)};
    if (schema.oneOf) return this.union(schema);
    return {kind: "json"};
  }

  list(schema) {
    const items = schema.prefixItems ?? [schema.items];
    const [first] = items.map((item) => this.resolve(item));
    if (schema.prefixItems && first.type === "number") {
      return {kind: items.length === 2 ? "point" : "numbers", count: items.length, ...boundsOf(first)};
    }
    const item = this.kindOfItem(first);
    if (item === "point") return {kind: "points", fixed: Boolean(schema.prefixItems), least: schema.minItems ?? 0, most: schema.maxItems};
    if (item === "numbers") return {kind: "rows", least: schema.minItems, most: schema.maxItems, columns: first.prefixItems.length};
    return {kind: "json"};
  }

  kindOfItem(item) {
    return item.type === "array" && item.prefixItems ? this.list(item).kind : null;
  }

  union(schema) {
    const arms = schema.oneOf.map((arm) => this.resolve(arm));
    if (schema.discriminator) {
      const tag = schema.discriminator.propertyName;
      const variants = Object.entries(schema.discriminator.mapping).map(([name, reference]) => {
        const {[tag]: _, ...properties} = this.resolve({$ref: reference}).properties;
        return [name, this.fieldsOf({...this.resolve({$ref: reference}), properties})];
      });
      return {kind: "variant", tag, variants: new Map(variants)};
    }
    const names = arms.find((arm) => arm.enum);
    const object = arms.find((arm) => arm.type === "object");
    if (names && object) return {kind: "named", choices: names.enum, example: object.examples?.[0], fields: this.fieldsOf(object)};
    const rows = arms.map((arm) => this.field(arm)).find(({kind}) => kind === "rows");
    return rows ?? {kind: "json"};
  }
}

function boundsOf(schema) {
  const {type, minimum, maximum, exclusiveMinimum, exclusiveMaximum} = schema;
  return {whole: type === "integer", min: minimum ?? exclusiveMinimum, max: maximum ?? exclusiveMaximum};
}
