// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/folder_source.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/safetensors.h"
#include "core/io/strict_json.h"
#include "core/model/stored_values.h"

#include <algorithm>
#include <set>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    class FolderSource : public WeightSource
    {
    public:
        explicit FolderSource(FolderTensors tensors)
            : m_folder(std::move(tensors))
        {
            for (const TensorData& tensor : m_folder.tensors)
                m_stored.push_back({ tensor.name, tensor.shape, scalarName(tensor.type), static_cast<std::int64_t>(tensor.bytes.size()) });
        }
        const std::vector<StoredTensor>& tensors() const override { return m_stored; }
        bool contains(const std::string& name) const override { return m_folder.index.contains(name); }
        Result<torch::Tensor> load(const std::string& name) const override
        {
            const TensorData* data = m_folder.find(name);
            if (!data)
                return fail(ErrorCode::NotFound, "there is no tensor '{}' in the model", name);
            auto tensor = toFloatTensor(*data, m_folder.files.at(name));
            releaseMapped(data->bytes);
            return tensor;
        }

    private:
        FolderTensors m_folder;
        std::vector<StoredTensor> m_stored;
    };

    Result<void> addFile(FolderTensors& all, const fs::path& path)
    {
        BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
        for (const TensorData& tensor : file.tensors()) {
            if (!all.index.emplace(tensor.name, all.tensors.size()).second)
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is in {} as well", path.string(), tensor.name, all.files.at(tensor.name));
            all.files.emplace(tensor.name, path.string());
            all.tensors.push_back(tensor);
        }
        all.metadata.insert(file.metadata().begin(), file.metadata().end());
        return {};
    }

    Result<FolderTensors> openShards(const fs::path& folder, const fs::path& index)
    {
        BITLOOM_TRY(const std::string text, readTextFile(index));
        BITLOOM_TRY(const nlohmann::json json, parseStrictJson(text, index.string()));
        const auto map = json.is_object() ? json.find("weight_map") : json.end();
        if (!json.is_object() || map == json.end() || !map->is_object() || map->empty())
            return fail(ErrorCode::InvalidInput, "{}: \"weight_map\" is missing or not an object", index.string());
        std::set<std::string> names;
        for (const auto& [tensor, file] : map->items()) {
            if (!file.is_string())
                return fail(ErrorCode::InvalidInput, "{}: the file of tensor '{}' is not a string", index.string(), tensor);
            const auto name = file.get<std::string>();
            // A shard lies in the folder itself; anything else would let a model read files elsewhere.
            if (name.empty() || name.find('/') != name.npos || name.find('\0') != name.npos || name == "..")
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is not the name of a file in this folder", index.string(), name);
            names.insert(name);
        }
        FolderTensors all;
        for (const std::string& name : names) {
            std::error_code ignored;
            if (!fs::exists(folder / name, ignored))
                return fail(ErrorCode::NotFound, "{}: the shard '{}' is missing from the folder", index.string(), name);
            BITLOOM_CHECK(addFile(all, folder / name));
        }
        for (const auto& [tensor, file] : map->items())
            if (const auto found = all.files.find(tensor); found == all.files.end() || fs::path(found->second).filename() != file.get<std::string>())
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is not in the shard '{}'", index.string(), tensor, file.get<std::string>());
        return all;
    }
} // namespace

const TensorData* FolderTensors::find(const std::string& name) const
{
    const auto found = index.find(name);
    return found == index.end() ? nullptr : &tensors[found->second];
}

Result<FolderTensors> openFolderTensors(const fs::path& folder)
{
    std::error_code ignored;
    const fs::path index = folder / "model.safetensors.index.json", single = folder / "model.safetensors";
    if (fs::exists(index, ignored))
        return openShards(folder, index);
    if (fs::exists(single, ignored)) {
        FolderTensors all;
        BITLOOM_CHECK(addFile(all, single));
        return all;
    }
    return fail(ErrorCode::NotFound, "{}: there is neither model.safetensors nor model.safetensors.index.json in the folder", folder.string());
}

std::shared_ptr<const WeightSource> makeFolderSource(FolderTensors tensors)
{
    return std::make_shared<FolderSource>(std::move(tensors));
}

} // namespace bitloom
