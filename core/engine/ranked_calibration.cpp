// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ranked_calibration.h"

#include "core/engine/packed_statistics.h"
#include "core/engine/rank_messages.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace bitloom {
namespace {
    using nlohmann::json;

    /// Remembers which layer first had a plain Hessian, and leaves it out for later layers with the same one.
    class SharedHessians
    {
    public:
        /// The layer that `hessian` was seen at before; empty if there is none.
        std::string firstOwner(const torch::Tensor& hessian, const std::string& layer)
        {
            if (!hessian.defined())
                return {};
            const auto [owner, isFirst] = m_owners.emplace(hessian.unsafeGetTensorImpl(), layer);
            return isFirst ? std::string() : owner->second;
        }

    private:
        std::map<const void*, std::string> m_owners;
    };

    std::array<std::pair<const char*, torch::Tensor*>, 5> members(LayerStatistics& layer)
    {
        return { { { "guided_fit", &layer.fit.matrices }, { "guided_held_out", &layer.heldOut.matrices }, { "plain_fit", &layer.plainFit },
            { "plain_held_out", &layer.plainHeldOut }, { "fisher_diagonal", &layer.fisherDiagonal } } };
    }
}

RankedCalibration::RankedCalibration(Ranks& ranks, const CalibrationContent& content, std::vector<LinearLayer> layers, torch::Device device, DeviceLink* link)
    : m_ranks(ranks)
    , m_content(content)
    , m_layers(std::move(layers))
    , m_device(device)
    , m_link(link)
{
}

int RankedCalibration::position() const
{
    return m_ranks.count() - 1 - m_ranks.rank();
}

int RankedCalibration::count() const
{
    return m_ranks.count();
}

Result<void> RankedCalibration::pass(std::int64_t block, std::vector<LayerStatistics> sums)
{
    RankMessage message;
    message.facts = { { "block", block }, { "same_plain_fit", json::object() }, { "same_plain_held_out", json::object() } };
    SharedHessians fit, heldOut;
    for (LayerStatistics& layer : sums) {
        const std::string& name = layer.layer.name;
        if (const std::string owner = fit.firstOwner(layer.plainFit, name); !owner.empty()) {
            message.facts["same_plain_fit"][name] = owner;
            layer.plainFit = torch::Tensor();
        }
        if (const std::string owner = heldOut.firstOwner(layer.plainHeldOut, name); !owner.empty()) {
            message.facts["same_plain_held_out"][name] = owner;
            layer.plainHeldOut = torch::Tensor();
        }
    }
    if (m_link != nullptr)
        return passOnDevice(std::move(message), sums);
    for (LayerStatistics& layer : sums) {
        for (TensorData& tensor : packStatistics(layer))
            message.tensors.push_back(std::move(tensor));
        layer = {}; // the packed half is enough to have in memory
    }
    return sendMessage(m_ranks, m_ranks.rank() - 1, rank_channel::sums, message);
}

Result<void> RankedCalibration::passOnDevice(RankMessage message, std::vector<LayerStatistics>& sums)
{
    json& shapes = message.facts["on_device"] = json::array();
    for (LayerStatistics& layer : sums) {
        for (const auto& [part, tensor] : members(layer)) {
            if (tensor->defined())
                shapes.push_back({ { "layer", layer.layer.name }, { "part", part }, { "shape", tensor->sizes().vec() } });
        }
    }
    BITLOOM_CHECK(sendMessage(m_ranks, m_ranks.rank() - 1, rank_channel::sums, message));
    for (LayerStatistics& layer : sums) {
        for (const auto& [part, tensor] : members(layer)) {
            if (!tensor->defined())
                continue;
            const torch::Tensor whole = tensor->contiguous();
            BITLOOM_CHECK(m_link->send(m_ranks.rank() - 1, whole.data_ptr<float>(), whole.numel()));
        }
        layer = {};
    }
    return {};
}

Result<void> RankedCalibration::takeOnDevice(const RankMessage& message, std::vector<LayerStatistics>& sums)
{
    for (const json& told : message.facts.at("on_device")) {
        const auto layer = std::find_if(sums.begin(), sums.end(), [&](const LayerStatistics& statistics) { return told.at("layer") == statistics.layer.name; });
        const auto tensor = torch::empty(told.at("shape").get<std::vector<std::int64_t>>(), torch::TensorOptions().dtype(torch::kFloat32).device(m_device));
        BITLOOM_CHECK(m_link->receive(m_ranks.rank() + 1, tensor.data_ptr<float>(), tensor.numel()));
        if (layer == sums.end())
            return fail(ErrorCode::Internal, "rank {} sent sums of layer {}, which does not belong to this block", m_ranks.rank() + 1, told.at("layer").dump());
        for (const auto& [part, member] : members(*layer)) {
            if (told.at("part") == part)
                *member = tensor;
        }
    }
    return {};
}

Result<std::vector<LayerStatistics>> RankedCalibration::take(std::int64_t block)
{
    const int from = m_ranks.rank() + 1;
    BITLOOM_TRY(const RankMessage message, receiveMessage(m_ranks, from, rank_channel::sums));
    try {
        if (message.facts.at("block") != block)
            return fail(ErrorCode::Internal, "rank {} sent the sums of block {}, expected {}", from, message.facts.at("block").dump(), block);
        std::vector<LayerStatistics> sums;
        std::map<std::string, std::size_t> indices;
        for (const LinearLayer& layer : m_layers) {
            if (layer.block != block)
                continue;
            BITLOOM_TRY(LayerStatistics statistics,
                unpackStatistics(layer, m_content, [&](const std::string& name) { return message.find(name); }, fmt::format("sums of rank {}", from)));
            indices.emplace(layer.name, sums.size());
            sums.push_back(std::move(statistics));
        }
        if (m_link != nullptr)
            BITLOOM_CHECK(takeOnDevice(message, sums));
        for (const auto& [name, owner] : message.facts.at("same_plain_fit").items())
            sums.at(indices.at(name)).plainFit = sums.at(indices.at(owner.get<std::string>())).plainFit;
        for (const auto& [name, owner] : message.facts.at("same_plain_held_out").items())
            sums.at(indices.at(name)).plainHeldOut = sums.at(indices.at(owner.get<std::string>())).plainHeldOut;
        // A message tells of one sweep's layers.
        std::erase_if(sums, [](const LayerStatistics& layer) {
            return !layer.fit.matrices.defined() && !layer.heldOut.matrices.defined() && !layer.plainFit.defined() && !layer.plainHeldOut.defined()
                && !layer.fisherDiagonal.defined();
        });
        return sums;
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, "rank {} sent sums that cannot be read: {}", from, exception.what());
    }
}

Result<std::unique_ptr<DeviceLink>> linkOf(Ranks& ranks, torch::Device device, JobControl& control)
{
    if (ranks.count() == 1)
        return nullptr;
    return linkDevices(ranks, device.is_cuda() ? device.index() : -1, control);
}

Result<void> gatherLosses(Ranks& ranks, std::vector<double>& losses)
{
    if (ranks.rank() != 0)
        return sendMessage(ranks, 0, rank_channel::losses, { { { "losses", losses } }, {} });
    std::vector<double> all;
    for (int other = ranks.count() - 1; other > 0; --other) {
        BITLOOM_TRY(const RankMessage message, receiveMessage(ranks, other, rank_channel::losses));
        try {
            const auto theirs = message.facts.at("losses").get<std::vector<double>>();
            all.insert(all.end(), theirs.begin(), theirs.end());
        } catch (const json::exception& exception) {
            return fail(ErrorCode::Internal, "rank {} sent losses that cannot be read: {}", other, exception.what());
        }
    }
    losses.insert(losses.begin(), all.begin(), all.end());
    return {};
}

} // namespace bitloom
