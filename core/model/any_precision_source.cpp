// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/any_precision_source.h"
#include "core/base/parallel_for.h"
#include "core/io/any_precision_packing.h"
#include "core/model/stored_values.h"

namespace bitloom {
namespace {
    constexpr std::string_view qweightSuffix = ".qweight";

    /// One quantized linear layer, still in the file.
    struct PackedLayer
    {
        const TensorData* qweight = nullptr;
        const TensorData* table = nullptr;
        int bits = 0;
        std::int64_t out = 0, in = 0;
        std::string file;
    };

    class AnyPrecisionSource : public WeightSource
    {
    public:
        FolderTensors folder;
        std::unordered_map<std::string, PackedLayer> layers; ///< by the name of the weight that they stand for
        std::vector<StoredTensor> stored;
        std::unordered_map<std::string, std::size_t> names;

        void add(StoredTensor tensor)
        {
            names.emplace(tensor.name, stored.size());
            stored.push_back(std::move(tensor));
        }
        const std::vector<StoredTensor>& tensors() const override { return stored; }
        bool contains(const std::string& name) const override { return names.contains(name); }
        Result<torch::Tensor> load(const std::string& name) const override
        {
            if (!contains(name))
                return fail(ErrorCode::NotFound, "there is no tensor '{}' in the model", name);
            const auto layer = layers.find(name);
            if (layer == layers.end())
                return toFloatTensor(*folder.find(name), folder.files.at(name));
            return look(layer->second);
        }

    private:
        static Result<torch::Tensor> look(const PackedLayer& layer)
        try {
            BITLOOM_TRY(const torch::Tensor table, toFloatTensor(*layer.table, layer.file));
            BITLOOM_TRY(torch::Tensor weight, newFloatTensor({ layer.out, layer.in }, layer.file, layer.qweight->name));
            BITLOOM_TRY(const std::vector<std::uint8_t> codes, unpackBitPlanes(layer.qweight->bytes, layer.bits, layer.out, layer.in, layer.bits));
            const std::uint8_t* code = codes.data();
            const float* value = table.const_data_ptr<float>();
            float* to = weight.data_ptr<float>();
            parallelFor(layer.out, 64, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t r = begin; r < end; ++r)
                    for (std::int64_t c = 0; c < layer.in; ++c)
                        to[r * layer.in + c] = value[(r << layer.bits) + code[r * layer.in + c]];
            });
            return weight;
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::OutOfMemory, "{}: tensor '{}' does not fit into memory", layer.file, layer.qweight->name);
        }
    };

    Result<int> precision(const nlohmann::json& settings, const char* key, const std::string& source)
    {
        const auto found = settings.find(key);
        if (found == settings.end() || !found->is_number_integer() || *found < 1 || *found > 8)
            return fail(ErrorCode::InvalidInput, "{}: \"anyprec\": \"{}\" is missing or not a whole number from 1 to 8", source, key);
        return found->get<int>();
    }
} // namespace

Result<std::shared_ptr<const WeightSource>> makeAnyPrecisionSource(FolderTensors tensors, const nlohmann::json& config, const std::string& source)
try {
    const auto settings = config.find("anyprec");
    if (settings == config.end() || !settings->is_object())
        return fail(ErrorCode::InvalidInput, "{}: \"anyprec\" is missing or not an object", source);
    BITLOOM_TRY(const int seed, precision(*settings, "seed_precision", source));
    BITLOOM_TRY(const int parent, precision(*settings, "parent_precision", source));
    if (seed > parent)
        return fail(ErrorCode::InvalidInput, "{}: \"anyprec\": \"seed_precision\" {} is larger than \"parent_precision\" {}", source, seed, parent);
    if (settings->value("group_count", nlohmann::json(1)) != 1)
        return fail(ErrorCode::Unsupported, "{}: \"anyprec\": a \"group_count\" other than 1 is not supported", source);

    auto result = std::make_shared<AnyPrecisionSource>();
    result->folder = std::move(tensors);
    const FolderTensors& folder = result->folder;
    for (const TensorData& tensor : folder.tensors) {
        const std::string& file = folder.files.at(tensor.name);
        if (tensor.name.ends_with(qweightSuffix)) {
            const std::string prefix = tensor.name.substr(0, tensor.name.size() - qweightSuffix.size());
            PackedLayer layer { .qweight = &tensor, .table = folder.find(fmt::format("{}.lut{}", prefix, parent)), .bits = parent, .file = file };
            // All bits are read: the other tables of a nested checkpoint (seed < parent) are for reading fewer of them.
            if (tensor.type != ScalarType::I32 || tensor.shape.size() != 3 || tensor.shape[0] != parent || tensor.shape[1] < 1 || tensor.shape[2] < 1)
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is not I32 with shape [{}, out, in/32]", file, tensor.name, parent);
            layer.out = tensor.shape[1];
            layer.in = tensor.shape[2] * 32;
            const std::vector<std::int64_t> tableShape { layer.out, std::int64_t(1) << parent };
            if (!layer.table || layer.table->shape != tableShape)
                return fail(ErrorCode::InvalidInput, "{}: '{}.lut{}' is missing or not of shape [{}, {}]", file, prefix, parent, tableShape[0], tableShape[1]);
            const auto bytes = static_cast<std::int64_t>(tensor.bytes.size() + layer.table->bytes.size());
            result->layers.emplace(prefix + ".weight", layer);
            result->add({ prefix + ".weight", { layer.out, layer.in }, fmt::format("lut{}", parent), bytes });
        } else if (const std::size_t dot = tensor.name.rfind(".lut"); dot == tensor.name.npos || !folder.find(tensor.name.substr(0, dot) + std::string(qweightSuffix))) {
            result->add({ tensor.name, tensor.shape, scalarName(tensor.type), static_cast<std::int64_t>(tensor.bytes.size()) });
        }
    }
    if (result->layers.empty())
        return fail(ErrorCode::InvalidInput, "{}: config.json has \"anyprec\", but the folder holds no '.qweight' tensor", source);
    return std::shared_ptr<const WeightSource>(std::move(result));
} catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::InvalidInput, "{}: \"anyprec\": {}", source, error.what());
}

} // namespace bitloom
