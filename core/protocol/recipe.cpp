// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/recipe.h"

#include "core/protocol/method_info.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <fmt/ranges.h>
#include <limits>

namespace bitloom {
namespace {
    using Json = nlohmann::json;

    Json integer(std::int64_t minimum, std::int64_t maximum)
    {
        return { { "type", "integer" }, { "minimum", minimum }, { "maximum", maximum } };
    }

    Json makeSchema()
    {
        const Json text { { "type", "string" }, { "maxLength", 4096 } };
        return {
            { "$schema", "http://json-schema.org/draft-07/schema#" },
            { "title", "Bitloom recipe" },
            { "type", "object" },
            { "additionalProperties", false },
            { "required", { "version", "model" } },
            { "properties",
                {
                    { "version", integer(1, Recipe::currentVersion) },
                    { "model", text },
                    { "method", { { "type", "string" }, { "pattern", "^[a-z0-9-]+$" } } },
                    { "bits", integer(1, 8) },
                    { "groups", integer(1, 1 << 20) },
                    { "parameters", { { "type", "object" } } },
                    { "format", { { "type", "string" }, { "enum", { "safetensors", "anyprecision", "gptq", "gguf" } } } },
                    { "gguf_type", { { "type", "string" }, { "maxLength", 32 } } },
                    { "types", { { "type", "array" }, { "items", text }, { "maxItems", 64 } } },
                    { "tensor_types", { { "type", "array" }, { "items", text }, { "maxItems", 65536 } } },
                    { "size_budget", { { "type", "number" }, { "minimum", 0 }, { "maximum", 32 } } },
                    { "size_budget_bytes", integer(0, std::int64_t { 1 } << 52) },
                    { "split_bytes", integer(0, std::int64_t { 1 } << 52) },
                    { "importances", text },
                    { "calibration", { { "type", "array" }, { "items", text }, { "maxItems", 1024 } } },
                    { "sequences", integer(1, 1 << 20) },
                    { "sequence_length", integer(2, 1 << 20) },
                    { "tuning_epochs", integer(0, 1000) },
                    { "seed", integer(0, std::numeric_limits<std::int64_t>::max()) },
                    { "compute_dtype", { { "type", "string" }, { "enum", { "auto", "f32", "bf16" } } } },
                    { "device", { { "type", "string" }, { "pattern", "^(auto|cpu|cuda(:[0-9]+)?)$" } } },
                } },
        };
    }

    /// What the schema allows for one key, for a person.
    std::string expectation(const Json& property)
    {
        if (property.contains("enum")) {
            std::vector<std::string> values = property["enum"];
            return fmt::format("one of {}", fmt::join(values, ", "));
        }
        std::string text = property.value("type", "value") == std::string("integer") ? "an integer" : "a " + property.value("type", "value");
        if (property.contains("minimum") && property.contains("maximum"))
            text += fmt::format(" from {} to {}", property["minimum"].dump(), property["maximum"].dump());
        else if (property.contains("minimum"))
            text += fmt::format(" of at least {}", property["minimum"].dump());
        if (property.contains("pattern"))
            text += fmt::format(" that matches {}", property["pattern"].get<std::string>());
        return text;
    }

    bool satisfies(const Json& schemaJson, const Json& value)
    {
        valijson::Schema schema;
        valijson::SchemaParser parser;
        const valijson::adapters::NlohmannJsonAdapter schemaAdapter(schemaJson);
        parser.populateSchema(schemaAdapter, schema);
        valijson::Validator validator;
        const valijson::adapters::NlohmannJsonAdapter valueAdapter(value);
        return validator.validate(schema, valueAdapter, nullptr);
    }

    /// One sentence on the first key that breaks the schema.
    Result<void> checkSchema(const Json& json, const std::string& source)
    {
        const Json& schema = recipeSchema();
        if (!json.is_object())
            return fail(ErrorCode::InvalidInput, "{}: recipe is a {}, expected an object", source, json.type_name());
        // The version decides what the other keys may be, so it is looked at first.
        if (json.contains("version") && json["version"].is_number_integer() && json["version"].get<std::int64_t>() > Recipe::currentVersion)
            return fail(ErrorCode::Unsupported, "{}: recipe version is {}, this Bitloom reads up to {}", source, json["version"].dump(), Recipe::currentVersion);
        for (const auto& [key, value] : json.items()) {
            const auto property = schema["properties"].find(key);
            if (property == schema["properties"].end()) {
                std::vector<std::string> known;
                for (const auto& [name, ignored] : schema["properties"].items())
                    known.push_back(name);
                return fail(ErrorCode::InvalidInput, "{}: unknown key '{}', expected one of {}", source, key, fmt::join(known, ", "));
            }
            if (!satisfies(*property, value))
                return fail(ErrorCode::InvalidInput, "{}: {} is {}, expected {}", source, key, value.dump(-1, ' ', false, Json::error_handler_t::replace), expectation(*property));
        }
        for (const std::string key : schema["required"])
            if (!json.contains(key))
                return fail(ErrorCode::InvalidInput, "{}: key '{}' is missing", source, key);
        if (!satisfies(schema, json))
            return fail(ErrorCode::InvalidInput, "{}: recipe does not satisfy its schema", source);
        return {};
    }

    std::string quoted(const std::string& text)
    {
        const bool plain = !text.empty()
            && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") == std::string::npos;
        if (plain)
            return text;
        std::string result = "'";
        for (const char c : text)
            result += c == '\'' ? std::string("'\\''") : std::string(1, c);
        return result + "'";
    }
}

const nlohmann::json& recipeSchema()
{
    static const Json schema = makeSchema();
    return schema;
}

Result<Recipe> parseRecipe(const nlohmann::json& json, const std::string& source)
{
    BITLOOM_CHECK(checkSchema(json, source));
    Recipe recipe;
    recipe.version = json["version"];
    recipe.model = json["model"];
    recipe.method = json.value("method", recipe.method);
    recipe.bits = json.value("bits", recipe.bits);
    recipe.groups = json.value("groups", recipe.groups);
    recipe.parameters = json.value("parameters", recipe.parameters);
    recipe.format = json.value("format", recipe.format);
    recipe.ggufType = json.value("gguf_type", recipe.ggufType);
    recipe.types = json.value("types", recipe.types);
    recipe.tensorTypes = json.value("tensor_types", recipe.tensorTypes);
    recipe.sizeBudget = json.value("size_budget", recipe.sizeBudget);
    recipe.sizeBudgetBytes = json.value("size_budget_bytes", recipe.sizeBudgetBytes);
    recipe.splitBytes = json.value("split_bytes", recipe.splitBytes);
    recipe.importances = json.value("importances", recipe.importances);
    recipe.calibration = json.value("calibration", recipe.calibration);
    recipe.sequences = json.value("sequences", recipe.sequences);
    recipe.sequenceLength = json.value("sequence_length", recipe.sequenceLength);
    recipe.tuningEpochs = json.value("tuning_epochs", recipe.tuningEpochs);
    recipe.seed = json.value("seed", recipe.seed);
    recipe.computeDtype = json.value("compute_dtype", recipe.computeDtype);
    recipe.device = json.value("device", recipe.device);
    return recipe;
}

Result<void> validateRecipe(const Recipe& recipe, const std::string& source)
{
    return checkSchema(recipeToJson(recipe), source);
}

nlohmann::json recipeToJson(const Recipe& recipe)
{
    return { { "version", recipe.version }, { "model", recipe.model }, { "method", recipe.method }, { "bits", recipe.bits },
        { "groups", recipe.groups }, { "parameters", recipe.parameters }, { "format", recipe.format },
        { "gguf_type", recipe.ggufType }, { "types", recipe.types }, { "tensor_types", recipe.tensorTypes }, { "size_budget", recipe.sizeBudget },
        { "size_budget_bytes", recipe.sizeBudgetBytes }, { "split_bytes", recipe.splitBytes }, { "importances", recipe.importances },
        { "calibration", recipe.calibration }, { "sequences", recipe.sequences }, { "sequence_length", recipe.sequenceLength }, { "tuning_epochs", recipe.tuningEpochs },
        { "seed", recipe.seed },
        { "compute_dtype", recipe.computeDtype }, { "device", recipe.device } };
}

std::string recipeToCommand(const Recipe& recipe, const std::string& output)
{
    const Recipe defaults;
    std::string command = fmt::format("bitloom-cli quantize {} -o {} --method {} --bits {} --groups {} --format {}", quoted(recipe.model),
        quoted(output), quoted(recipe.method), recipe.bits, recipe.groups, recipe.format);
    if (!recipe.ggufType.empty())
        command += fmt::format(" --gguf-type {}", quoted(recipe.ggufType));
    if (!recipe.types.empty())
        command += " --types " + quoted(fmt::format("{}", fmt::join(recipe.types, ",")));
    for (const auto& tensorType : recipe.tensorTypes)
        command += " --tensor-type " + quoted(tensorType);
    if (recipe.sizeBudgetBytes > 0)
        command += fmt::format(" --size-budget {}B", recipe.sizeBudgetBytes);
    else if (recipe.sizeBudget > 0)
        command += fmt::format(" --size-budget {}", recipe.sizeBudget);
    if (recipe.splitBytes > 0)
        command += fmt::format(" --split-size {}B", recipe.splitBytes);
    if (!recipe.importances.empty())
        command += " --importances " + quoted(recipe.importances);
    if (!recipe.calibration.empty()) {
        command += " --calibration";
        for (const auto& file : recipe.calibration)
            command += " " + quoted(file);
    }
    command += fmt::format(" --sequences {} --sequence-length {} --seed {}", recipe.sequences, recipe.sequenceLength, recipe.seed);
    if (recipe.tuningEpochs > 0)
        command += fmt::format(" --tune {}", recipe.tuningEpochs);
    if (recipe.computeDtype != defaults.computeDtype)
        command += fmt::format(" --compute-dtype {}", recipe.computeDtype);
    if (recipe.device != defaults.device)
        command += fmt::format(" --device {}", recipe.device);
    for (const auto& [name, value] : recipe.parameters.items())
        command += " --set " + quoted(fmt::format("{}={}", name, value.is_string() ? value.get<std::string>() : value.dump()));
    return command;
}

} // namespace bitloom
